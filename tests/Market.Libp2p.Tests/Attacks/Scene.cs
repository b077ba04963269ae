namespace Market.Libp2p.Tests.Attacks;

/// <summary>A node under attack, and an honest peer with an open stream to it that must not notice.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _attackers = [];
    private readonly PeerStream _stream;

    private Scene(Node target, Node honest, PeerStream stream) => (Target, Honest, _stream) = (target, honest, stream);

    internal Node Target { get; }

    internal Node Honest { get; }

    internal static async Task<Scene> SetAsync(Func<ResourceLimits, ResourceLimits>? change = null)
    {
        var limits = change?.Invoke(ResourceLimits.Default) ?? ResourceLimits.Default;
        var target = await TestNodes.ListenAsync(o => o with { Limits = limits });
        target.Handle("/echo/1", TestNodes.EchoAsync);
        var honest = await TestNodes.ListenAsync();
        var stream = await honest.OpenAsync(target, "/echo/1");
        var scene = new Scene(target, honest, stream);
        await scene.AssertUnharmedAsync();
        return scene;
    }

    internal async Task<RawPeer> AttackAsync(Identity? identity = null, string from = "127.0.0.2", bool reads = true)
    {
        var peer = await RawPeer.DialAsync(Target, identity ?? Identity.GenerateSecp256k1(), from, reads);
        _attackers.Add(peer);
        return peer;
    }

    /// <summary>The honest peer is served as if nothing were, on its old stream and on a new one.</summary>
    internal async Task AssertUnharmedAsync()
    {
        await EchoAsync(_stream);
        await using var another = await Honest.OpenAsync(Target, "/echo/1");
        await EchoAsync(another);
        Assert.Single(Honest.Peers);
    }

    /// <summary>The attackers have gone and left nothing behind; the honest peer is still served.</summary>
    internal async Task AssertNothingLeftAsync()
    {
        await TestNodes.UntilAsync("the attackers' connections are gone", () => Target.Peers.All(p => p.Peer.Equals(Honest.PeerId)));
        await TestNodes.UntilAsync("no memory is held", () => Target.ReceiveMemoryHeld == 0);
        await AssertUnharmedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var attacker in _attackers)
        {
            await attacker.DisposeAsync();
        }

        await _stream.DisposeAsync();
        await Honest.DisposeAsync();
        await Target.DisposeAsync();
    }

    private static async Task EchoAsync(PeerStream stream)
    {
        var sent = new byte[5000];
        Random.Shared.NextBytes(sent);
        await stream.Output.WriteAsync(sent, TestContext.Current.CancellationToken);
        Assert.Equal(sent, await stream.ReadExactlyAsync(sent.Length).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }
}
