using System.Buffers;

namespace Market.Libp2p.Tests;

/// <summary>What most tests start from: real nodes on loopback, and streams read to their end.</summary>
internal static class TestNodes
{
    internal static readonly Multiaddr Loopback = Multiaddr.Parse("/ip4/127.0.0.1/tcp/0");

    /// <summary>Limits that do not count against many connections from the one address that tests have.</summary>
    internal static readonly ResourceLimits Roomy = ResourceLimits.Default with { ConnectionsPerAddress = 256, HandshakesPerAddress = 64 };

    internal static Task<Node> ListenAsync(Func<NodeOptions, NodeOptions>? change = null)
    {
        var options = new NodeOptions(Identity.GenerateSecp256k1()) { Listen = [Loopback], Limits = Roomy };
        return Node.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken);
    }

    internal static async Task<PeerStream> OpenAsync(this Node from, Node to, params string[] protocols)
    {
        from.AddAddresses(to.PeerId, to.Addresses);
        return await from.OpenAsync(to.PeerId, protocols, TestContext.Current.CancellationToken);
    }

    internal static Task EchoAsync(PeerStream stream, CancellationToken cancellationToken) =>
        stream.Input.CopyToAsync(stream.Output, cancellationToken);

    internal static async Task<byte[]> ReadToEndAsync(this PeerStream stream)
    {
        using var all = new MemoryStream();
        await stream.Input.CopyToAsync(all, TestContext.Current.CancellationToken);
        return all.ToArray();
    }

    internal static async Task<byte[]> ReadExactlyAsync(this PeerStream stream, int count)
    {
        var result = await stream.Input.ReadAtLeastAsync(count, TestContext.Current.CancellationToken);
        var bytes = result.Buffer.Slice(0, count).ToArray();
        stream.Input.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>Waits until a condition holds that other threads bring about, and fails with its name after ten seconds.</summary>
    internal static async Task UntilAsync(string what, Func<bool> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 1000, $"Still not after 10 s: {what}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    internal static async Task<Libp2pException> FailsAsync(Func<Task> act, params Libp2pReason[] reasons)
    {
        var error = await Assert.ThrowsAsync<Libp2pException>(() => act().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Contains(error.Reason, reasons);
        return error;
    }
}
