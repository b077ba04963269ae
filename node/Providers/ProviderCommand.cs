using System.CommandLine;
using Spectre.Console;
using Market.Cli;
using Market.Cli.Processes;
using Market.Chain;
using Market.Jobs.Peers;
using Market.Node.Settings;
using Market.Onnx.Execution;
using Market.Protocol.Money;

namespace Market.Node.Providers;

/// <summary><c>market provider run</c>.</summary>
public static class ProviderCommand
{
    private const string JournalName = "provider.db";
    private static readonly Option<int> Workers = new("--workers") { Description = "Tasks to run at a time.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private static readonly Option<int> Jobs = new("--jobs") { Description = "Jobs to execute at a time.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> LeastReward = new("--least-reward") { Description = "The least reward for a seat, in tokens. Without this, what the owner of the stake set on the page Earn; 0 at first." };
    private static readonly Option<bool> HideLeastReward = new("--hide-least-reward") { Description = "Tell nobody the least reward, nor which jobs were not taken and why. Without this, whoever asks the node gets to know it, so that requesters offer enough." };
    private static readonly Option<int> Count = new("--count") { Description = "How many.", DefaultValueFactory = _ => 20 };
    private static readonly Option<OptimizationLevel> Optimization = new("--optimization") { Description = "How far ONNX Runtime may rewrite graphs.", DefaultValueFactory = _ => OptimizationLevel.None };
    private static readonly Option<int> Threads = new("--threads") { Description = "Threads inside one operator.", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> ClaimFirst = new("--claim-first") { Description = "Never execute a job before its seat is claimed. Without this, jobs of seconds are executed first: the claim then carries the result, which saves a transaction." };

    public static Command Create()
    {
        var run = new Command("run", "Take jobs, execute them and earn, until stopped.")
        {
            Workers, Jobs, LeastReward, HideLeastReward, Optimization, Threads, ClaimFirst, RefereeSettings.Option, PeerSettings.Listen, PeerSettings.Announce, PeerSettings.StoreGib, PeerSettings.Confirmations, PeerSettings.Region, InputWatch.Option,
        };
        run.SetAction((parsed, stop) => RunAsync(parsed, Options(parsed), stop));
        run.AddExamples("market provider run --workers 4 --least-reward 0.2", "market provider run --listen /ip4/0.0.0.0/tcp/4001 --announce /ip4/203.0.113.7/tcp/4001");
        var refusals = new Command("refusals", "The newest jobs that the node of this data folder did not take, and why.") { Count };
        refusals.SetAction(Refusals);
        refusals.AddExamples("market provider refusals --count 50");
        return new Command("provider", "Earn by running other people's models.") { run, refusals };
    }

    public static ProviderOptions Options(ParseResult parsed) => new()
    {
        Workers = parsed.GetValue(Workers) is var workers and > 0 ? workers : throw new FailureException($"--workers is {parsed.GetValue(Workers)}, expected at least 1."),
        Jobs = parsed.GetValue(Jobs) is var jobs and > 0 ? jobs : throw new FailureException($"--jobs is {parsed.GetValue(Jobs)}, expected at least 1."),
        LeastReward = parsed.GetValue(LeastReward) is not { } text ? null : Units.TryParse(text, null, out var least) ? least : throw new FailureException($"--least-reward is '{text}', expected tokens such as 0.5."),
        TellsLeastReward = !parsed.GetValue(HideLeastReward),
        Settings = SessionSettings.Default with { Optimization = parsed.GetValue(Optimization), IntraOpThreads = parsed.GetValue(Threads) },
        ClaimFirst = parsed.GetValue(ClaimFirst),
        Referee = RefereeSettings.FindIfThere(parsed),
    };

    /// <summary>Runs a provider until it is stopped; with <c>--json</c> the first line says where it is.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, ProviderOptions options, CancellationToken stop)
    {
        using var watch = parsed.GetValue(InputWatch.Option) ? InputWatch.Start(stop) : CancellationTokenSource.CreateLinkedTokenSource(stop);
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        var region = PeerSettings.RegionOf(parsed);
        using var key = await PeerSettings.OpenKeyAsync(parsed, "node.json", watch.Token).ConfigureAwait(false);
        var peer = await PeerNode.StartAsync(PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: true), watch.Token).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var stake = peer.Stake ?? throw new FailureException($"{peer.Account.Address} acts for no stake. 'market stake deposit' makes one for it.");
        var profile = await HardwareProbe.MeasureAsync(peer.Node.PeerId, peer.Addresses, options.Settings, options.Workers).ConfigureAwait(false);
        using var journal = ProviderJournal.Open(Path.Combine(peer.DataFolder, JournalName));
        OwnerSettings.Serve(peer, new OwnersWish(peer, journal, options.LeastReward).Take);
        var tells = options.TellsLeastReward;
        peer.Shelf.Tell(
            new StatusReport(peer) { Region = region, LeastReward = tells ? () => options.LeastRewardBy(journal) : null, Refusals = tells ? journal.RefusalCounts : null }.Look, tells ? journal.NewestRefused : null);
        peer.Shelf.Publish(DocumentKind.Profile, profile.Digest(), profile.ToBytes());
        await peer.PublishAsync(profile.Digest().ToHash(), watch.Token).ConfigureAwait(false);
        if (options.Referee is null)
        {
            terminal.Progress("Without the canonical referee (--referee) a verdict against this node will not be contested.");
        }

        terminal.Answer(
            new { ready = true, stake = stake.Id, account = peer.Account.Address.ToString(), peer = peer.Node.PeerId.ToString(), addresses = peer.Addresses.Select(a => a.ToString()) },
            console => console.WriteLine($"Provider {stake.Id} at {string.Join(", ", peer.Addresses)}. Ctrl-C stops it; held seats go on after a restart."));
        await new Provider(peer, journal, options).RunAsync(watch.Token).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static int Refusals(ParseResult parsed)
    {
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        var path = Path.Combine(PeerSettings.DataFolder(parsed), JournalName);
        if (!File.Exists(path))
        {
            throw new FailureException($"There is no '{path}': no provider has run on this data folder.");
        }

        using var journal = ProviderJournal.Open(path);
        var refusals = journal.Refusals(parsed.GetValue(Count) is var count and > 0 and <= 10_000 ? count : throw new FailureException($"--count is {parsed.GetValue(Count)}, expected 1 to 10000."));
        terminal.Answer(refusals.Select(r => new { job = r.Job.ToString(), reason = r.Reason, detail = r.Detail }), console =>
        {
            var table = new Table().AddColumns("job", "reason", "detail");
            foreach (var (job, reason, detail) in refusals)
            {
                table.AddRow(job.ToString(), Markup.Escape(reason), Markup.Escape(detail));
            }

            console.Write(table);
        });
        return ExitCode.Done;
    }
}
