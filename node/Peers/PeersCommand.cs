using System.CommandLine;
using Market.Chain.State;
using Market.Cli;
using Market.Ethereum.Keys;
using Market.Jobs;
using Market.Jobs.Peers;
using Market.Libp2p;
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
            var table = new Table().AddColumns("stake", "role", "bonded", "answers in", "machine");
            foreach (var a in answers)
            {
                var machine = a.Profile is { } p ? $"{p.Cores} cores, {p.MemoryBytes >> 30} GiB, {p.InstructionSet}, ONNX Runtime {p.RuntimeVersion}, {p.MegaOperationsPerSecond} million operations/s" : "";
                table.AddRow($"{a.Stake}", $"{a.Role}", $"{a.Bonded}", a.Milliseconds is { } ms ? $"{ms:0.0} ms" : Markup.Escape(a.Trouble ?? "no"), Markup.Escape(machine));
            }

            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static async Task<PeerAnswer> AskAsync(PeerNode peer, StakeRecord stake, CancellationToken cancellationToken)
    {
        var state = peer.Follower.State;
        var answer = new PeerAnswer(stake.Id, stake.Role, new Units(stake.Amount), stake.NodeKey.ToString(), null, null, null);
        if (PeerAccounts.Find(peer.Node, state, stake.NodeKey) is not { } id)
        {
            return answer with { Trouble = "published no address" };
        }

        try
        {
            var time = await peer.Node.PingAsync(id, cancellationToken).ConfigureAwait(false);
            var profile = await ProfileAsync(peer, id, state.Profiles[stake.NodeKey], cancellationToken).ConfigureAwait(false);
            return answer with { Milliseconds = time.TotalMilliseconds, Profile = profile };
        }
        catch (Exception e) when (e is Libp2pException or JobException)
        {
            return answer with { Trouble = e.Message };
        }
    }

    private static async Task<HardwareProfile?> ProfileAsync(PeerNode peer, PeerId id, Chain.State.Profile published, CancellationToken cancellationToken)
    {
        var digest = new Protocol.Ids.Bytes32(published.Digest.ToArray());
        var bytes = await Documents.AskAsync(peer.Node, id, DocumentKind.Profile, digest, HardwareProfile.LargestBytes, cancellationToken).ConfigureAwait(false);
        return bytes is not null && HardwareProfile.Read(bytes).Document is { } profile && profile.Digest().Value == digest ? profile : null;
    }

    private sealed record PeerAnswer(uint Stake, StakeRole Role, Units Bonded, string Account, double? Milliseconds, HardwareProfile? Profile, string? Trouble);
}
