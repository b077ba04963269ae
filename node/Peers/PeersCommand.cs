using System.CommandLine;
using Market.Chain.State;
using Market.Cli;
using Market.Ethereum.Keys;
using Market.Jobs.Peers;
using Market.Node.Settings;
using Market.Protocol.Money;
using Market.Protocol.Providers;
using Spectre.Console;

namespace Market.Node.Peers;

/// <summary><c>market peers</c>: who is there, and what machine it says it is.</summary>
public static class PeersCommand
{
    private const int Most = 200;

    public static Command Create()
    {
        var peers = new Command("peers", "Ask every node with a stake whether it is there and what machine it is.");
        peers.SetAction(RunAsync);
        peers.AddExamples("market peers");
        return peers;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        using var key = PrivateKey.Generate();
        var options = PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: false) with { DataFolder = Path.Combine(PeerSettings.DataFolder(parsed), "peers") };
        var peer = await PeerNode.StartAsync(options, stop).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var stakes = peer.Follower.State.Stakes.Values.Where(s => !s.Slashed).OrderBy(s => s.Id).Take(Most).ToList();
        var answers = await Task.WhenAll(stakes.Select(s => AskAsync(peer, s, stop))).ConfigureAwait(false);
        terminal.Answer(answers, console =>
        {
            var table = new Table().AddColumns("stake", "role", "bonded", "answers in", "least reward", "software", "region", "machine");
            foreach (var a in answers)
            {
                var machine = a.Profile is { } p ? $"{p.Cores} cores, {p.MemoryBytes >> 30} GiB, {p.InstructionSet}, ONNX Runtime {p.RuntimeVersion}, {p.MegaOperationsPerSecond} million operations/s" : "";
                table.AddRow($"{a.Stake}", $"{a.Role}", $"{a.Bonded}", a.Milliseconds is { } ms ? $"{ms:0.0} ms" : Markup.Escape(a.Trouble ?? "no"), a.Status?.LeastReward?.ToString() ?? "", Markup.Escape(a.Status?.Software ?? ""), a.Status?.Region ?? "", Markup.Escape(machine));
            }

            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static async Task<Found> AskAsync(PeerNode peer, StakeRecord stake, CancellationToken cancellationToken)
    {
        var answer = await PeerAnswer.AskAsync(peer.Node, peer.Follower.State, stake, cancellationToken).ConfigureAwait(false);
        return new Found(stake.Id, stake.Role, new Units(stake.Amount), stake.NodeKey.ToString(), answer.Time?.TotalMilliseconds, answer.Profile, answer.Status, answer.Trouble);
    }

    private sealed record Found(uint Stake, StakeRole Role, Units Bonded, string Account, double? Milliseconds, HardwareProfile? Profile, NodeStatus? Status, string? Trouble);
}
