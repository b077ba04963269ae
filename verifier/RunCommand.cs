using System.CommandLine;
using Market.Cli;
using Market.Cli.Processes;
using Market.Ethereum;
using Market.Jobs.Execution;
using Market.Jobs.Peers;
using Market.Node.Settings;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Spectre.Console;

namespace Market.Verifier;

/// <summary><c>market-verifier run</c>.</summary>
internal static class RunCommand
{
    private static readonly Option<int> Workers = new("--workers") { Description = "Tasks to run at a time.", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static Command Create()
    {
        var run = new Command("run", "Judge jobs until stopped.")
        {
            Workers, RefereeSettings.Option, PeerSettings.Listen, PeerSettings.Announce, PeerSettings.StoreGib, PeerSettings.Confirmations, PeerSettings.Region, InputWatch.Option,
        };
        run.SetAction(RunAsync);
        run.AddExamples("market-verifier run --workers 2", "market-verifier run --referee /opt/market/node_modules");
        return run;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        using var watch = parsed.GetValue(InputWatch.Option) ? InputWatch.Start(stop) : CancellationTokenSource.CreateLinkedTokenSource(stop);
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        // What cannot be had is said before anybody waits for this node, and what takes time is done before the first job.
        var referee = RefereeSettings.Find(parsed);
        var region = PeerSettings.RegionOf(parsed);
        var measured = await WorkerExecutor.ClassOfAsync(SessionSettings.Default).ConfigureAwait(false);
        using var key = await PeerSettings.OpenKeyAsync(parsed, "node.json", watch.Token).ConfigureAwait(false);
        var peer = await PeerNode.StartAsync(PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: true), watch.Token).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var stake = peer.Stake ?? throw new FailureException($"{peer.Account.Address} acts for no stake. 'market stake deposit --role verifier' makes one for it.");
        await PublishEvidenceAsync(peer, watch.Token).ConfigureAwait(false);
        JudgedReplicas.OfferAgain(peer);
        peer.Shelf.Tell(new StatusReport(peer) { Region = region }.Look);
        await peer.PublishAsync(Hash256.Zero, watch.Token).ConfigureAwait(false);
        terminal.Answer(
            new { ready = true, stake = stake.Id, account = peer.Account.Address.ToString(), peer = peer.Node.PeerId.ToString(), determinismClass = measured, addresses = peer.Addresses.Select(a => a.ToString()) },
            console => console.WriteLine($"Verifier {stake.Id} at {string.Join(", ", peer.Addresses)}. Ctrl-C stops it."));
        await new Verifier(peer, referee, SessionSettings.Default, parsed.GetValue(Workers)).RunAsync(watch.Token).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>Evidence of earlier verdicts stays to be had.</summary>
    private static async Task PublishEvidenceAsync(PeerNode peer, CancellationToken cancellationToken)
    {
        foreach (var path in Directory.CreateDirectory(Path.Combine(peer.DataFolder, "evidence")).EnumerateFiles("*.json"))
        {
            if (ContentDigest.TryParse(Path.GetFileNameWithoutExtension(path.Name), out var digest))
            {
                peer.Shelf.Publish(DocumentKind.Evidence, digest, await File.ReadAllBytesAsync(path.FullName, cancellationToken).ConfigureAwait(false));
            }
        }
    }
}
