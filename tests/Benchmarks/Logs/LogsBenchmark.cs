using System.Text.Json;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Ethereum.Rpc;

namespace Market.Benchmarks.Logs;

/// <summary>From an endpoint's text to the market's events, against viem and ethers; and from events to the market's state; in processor time.</summary>
internal static class LogsBenchmark
{
    public static async Task RunAsync(bool quick)
    {
        var (events, rounds) = quick ? (5_000, 1) : (100_000, 3);
        var folder = Directory.CreateTempSubdirectory("market-logs");
        try
        {
            var file = Path.Combine(folder.FullName, "logs.json");
            await CompareAsync(file, Write(file, events), rounds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Writes events as an endpoint answers <c>eth_getLogs</c>: a line of JSON for each thousand.</summary>
    private static int Write(string file, int events)
    {
        var log = new EventLog();
        File.WriteAllLines(file, new MarketHistory(log).Tell(int.MaxValue).Take(events).Chunk(1000).Select(logs =>
            JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 1, result = logs.Select(Answer) })));
        var absent = log.AllKinds.Except(log.Kinds).ToList();
        return absent.Count == 0 ? events : throw new InvalidDataException($"The history has no {string.Join(", ", absent)}.");
    }

    private static object Answer(LogEntry log) => new
    {
        address = log.Address.ToString(),
        topics = log.Topics.Select(t => t.ToString()),
        data = Hex.Encode(log.Data.Span),
        blockNumber = $"0x{log.BlockNumber:x}",
        blockHash = log.BlockHash.ToString(),
        transactionHash = log.TransactionHash.ToString(),
        transactionIndex = $"0x{log.TransactionIndex:x}",
        logIndex = $"0x{log.LogIndex:x}",
        removed = false,
    };

    private static async Task CompareAsync(string file, int events, int rounds)
    {
        await using var viem = await Child.ScriptAsync("tests/Benchmarks/Logs/decode.mjs", "viem", file, $"{events}");
        await using var ethers = await Child.ScriptAsync("tests/Benchmarks/Logs/decode.mjs", "ethers", file, $"{events}");
        var answers = await File.ReadAllLinesAsync(file);
        LogEntry[] logs = [.. answers.SelectMany(Read)];
        var rows = await Paired.InTurnAsync(
            rounds,
            async () => events / await Paired.ComputeAsync(() => Require(events, answers.Sum(answer => Read(answer).Count(IsEvent)))),
            async () => events / (await viem.AskAsync("pass"))[0],
            async () => events / (await ethers.AskAsync("pass"))[0],
            async () => events / await Paired.ComputeAsync(() => Require(events, logs.Count(IsEvent))),
            async () => events / await Paired.ComputeAsync(() => Fold(logs)));
        var rates = rows.Select(row => $"{Paired.Median(row):N0}").ToArray();
        string Against(int other) => $"{rates[other]} ({Report.Number(Paired.Ratio(rows[0], rows[other]))} ×)";
        Report.Begin("events per second", "viem (ours is … as fast)", "ethers (ours is … as fast)");
        Report.Row($"{events:N0} events, from the endpoint's JSON to typed events", rates[0], Against(1), Against(2));
        Report.Row("ABI decoding alone", rates[3], "", "");
        Report.Row("decoding and folding into the market's state", rates[4], "", "");
    }

    /// <summary>The logs of an endpoint's answer.</summary>
    private static LogEntry[] Read(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return new RpcValue(document.RootElement.GetProperty("result"), "eth_getLogs").List(LogEntry.Read);
    }

    private static bool IsEvent(LogEntry log) => MarketEvent.Decode(log.Topics, log.Data.Span) is not null;

    private static void Fold(LogEntry[] logs)
    {
        var state = MarketState.Empty;
        foreach (var log in logs)
        {
            state = state.Apply(log);
        }
    }

    private static void Require(int expected, int found)
    {
        if (found != expected)
        {
            throw new InvalidDataException($"{found} events were decoded, expected {expected}.");
        }
    }
}
