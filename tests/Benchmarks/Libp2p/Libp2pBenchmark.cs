using System.Text.Json;
using Market.Libp2p;

namespace Market.Benchmarks.Libp2p;

/// <summary>Our node against js-libp2p: two processes each, secp256k1 identities, TCP on loopback, Noise, yamux, identify.</summary>
internal static class Libp2pBenchmark
{
    public static async Task RunAsync(bool quick)
    {
        var rounds = quick ? 1 : 11;
        await using var ours = await Child.OwnAsync("libp2p-peer");
        await using var theirs = await Child.ScriptAsync("tests/Interop/libp2p/peer.mjs");
        await using var script = await Child.ScriptAsync("tests/Interop/libp2p/dial.mjs");
        await using var node = await Libp2pPeer.StartAsync();
        var (cs, js) = (Multiaddr.Parse(ours.Greeting), Multiaddr.Parse(AddressIn(theirs.Greeting)));
        Report.Begin("C#–C#", "js–js", "C#→js", "C#–C# against js–js, goal");
        await ThroughputAsync(rounds, quick ? 16L << 20 : 256L << 20, node, script, cs, js);
        await HandshakesAsync(rounds, quick ? 10 : 100, node, script, cs, js);
        await EchoAsync(rounds, quick ? 100 : 1000, node, script, cs, js);
    }

    private static string AddressIn(string greeting) => JsonDocument.Parse(greeting).RootElement.GetProperty("addresses")[0].GetString()!;

    private static async Task ThroughputAsync(int rounds, long bytes, Node node, Child script, Multiaddr cs, Multiaddr js)
    {
        double Rate(double seconds) => bytes / seconds / 1e6;
        var rows = await Paired.InTurnAsync(
            rounds,
            async () => Rate(await Libp2pPeer.ThroughputAsync(node, cs, bytes)),
            async () => Rate((await script.AskAsync($"throughput {js} {bytes}"))[0]),
            async () => Rate(await Libp2pPeer.ThroughputAsync(node, js, bytes)),
            async () => Rate(await SealedLoopback.SendAsync(bytes)));
        var cells = rows.Select(row => Report.Number(Paired.Median(row), "MB/s")).ToArray();
        Report.Row("throughput of one stream", cells[0], cells[1], cells[2], $"{Report.Number(Paired.Ratio(rows[0], rows[1]))} ×, ≥ 3 ×");
        Report.Row("share of ChaCha20-Poly1305 over loopback TCP alone", Report.Number(Paired.Ratio(rows[0], rows[3])), "", "", $"alone {cells[3]}");
    }

    private static async Task HandshakesAsync(int rounds, int count, Node node, Child script, Multiaddr cs, Multiaddr js)
    {
        var rows = await Paired.InTurnAsync(
            rounds,
            async () => count / await Libp2pPeer.HandshakesAsync(node, cs, count),
            async () => count / (await script.AskAsync($"handshakes {js} {count}"))[0],
            async () => count / await Libp2pPeer.HandshakesAsync(node, js, count));
        var cells = rows.Select(row => Report.Number(Paired.Median(row), "/s")).ToArray();
        Report.Row("handshakes in sequence", cells[0], cells[1], cells[2], $"{Report.Number(Paired.Ratio(rows[0], rows[1]))} ×, ≥ 5 ×");
    }

    private static async Task EchoAsync(int rounds, int count, Node node, Child script, Multiaddr cs, Multiaddr js)
    {
        var late = new List<double>[] { [], [], [] };
        async Task<double> Measure(int who, Func<Task<double[]>> echo)
        {
            var times = await echo();
            late[who].Add(times[times.Length * 95 / 100]);
            return times[times.Length / 2];
        }

        var rows = await Paired.InTurnAsync(
            rounds,
            () => Measure(0, () => Libp2pPeer.EchoAsync(node, cs, count)),
            () => Measure(1, () => script.AskAsync($"echo {js} {count}")),
            () => Measure(2, () => Libp2pPeer.EchoAsync(node, js, count)));
        var cells = rows.Select((row, i) => $"{Paired.Median(row) * 1e6:F0} / {Paired.Median(late[i]) * 1e6:F0} µs").ToArray();
        Report.Row("echo on an open stream, p50 / p95", cells[0], cells[1], cells[2], $"p50 {Report.Number(Paired.Ratio(rows[0], rows[1]))} ×, ≤ 0.5 ×");
    }
}
