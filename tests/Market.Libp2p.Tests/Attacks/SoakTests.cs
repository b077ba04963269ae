using Market.Libp2p.Yamux;

namespace Market.Libp2p.Tests.Attacks;

/// <summary>Nothing is left of those who came and went.</summary>
public sealed class SoakTests
{
    private const int Rounds = 400;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hundreds_of_connections_that_end_in_every_way_leave_no_state()
    {
        await using var scene = await Scene.SetAsync(l => l with { ConnectionsPerAddress = 12, Connections = 24, KnownPeers = 32, HandshakeTimeout = TimeSpan.FromSeconds(10) });
        await VisitAsync(scene, 50);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await VisitAsync(scene, Rounds);
        await scene.AssertNothingLeftAsync();

        // One connection costs 10 KB and more, so that hundreds of them would show, whatever other tests hold.
        var perVisit = (GC.GetTotalMemory(forceFullCollection: true) - before) / Rounds;
        Assert.True(perVisit < 10_000, $"Each of {Rounds} connections left {perVisit} bytes.");

        // Every place was given back: as many as the limit allows can come at once.
        for (var i = 0; i < 12; i++)
        {
            await scene.AttackAsync(from: "127.0.4.1");
        }

        await TestNodes.UntilAsync("twelve are there", () => scene.Target.Peers.Count == 13);
    }

    private static async Task VisitAsync(Scene scene, int rounds)
    {
        using var identity = Identity.GenerateEd25519();
        for (var i = 0; i < rounds; i++)
        {
            await using var visitor = await RawPeer.DialAsync(scene.Target, i % 2 == 0 ? identity : Identity.GenerateEd25519(), "127.0.4.1");
            await visitor.SendAsync(RawPeer.Open(1, "/echo/1", 1, 2, 3));
            switch (i % 5)
            {
                case 0:
                    await visitor.SendAsync([.. RawPeer.Open(3, "/echo/1"), .. RawPeer.Header(YamuxType.Data, YamuxFlags.None, 3, 100_000), .. new byte[50_000]]);
                    break;
                case 1:
                    await visitor.SendAsync(YamuxType.WindowUpdate, YamuxFlags.Fin, 1, 0);
                    break;
                case 2:
                    await visitor.SendAsync(YamuxType.GoAway, YamuxFlags.None, 0, 0);
                    break;
                case 3:
                    await visitor.SendAsync(YamuxType.Data, YamuxFlags.None, 1, uint.MaxValue);
                    await visitor.CutAsync();
                    break;
            }

            // The limits are small: nobody else gets in before those before have left.
            await TestNodes.UntilAsync("there is room", () => scene.Target.Peers.Count < 8).WaitAsync(Token);
        }
    }
}
