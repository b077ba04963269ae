using System.CommandLine;
using Market.Cli;
using Market.Cli.Processes;
using Market.Ethereum;
using Market.Jobs.Execution;
using Market.Jobs.Peers;
using Market.Node.Providers;
using Market.Node.Settings;

namespace Market.Demo.Cheats;

/// <summary>The program of a cheating provider: the honest one with another way to get results.</summary>
internal static class CheatCommand
{
    private static readonly Argument<CheatKind> Kind = new("kind");
    private static readonly Option<int> At = new("--at");

    public static Command Create()
    {
        var honest = ProviderCommand.Create().Subcommands.Single(c => c.Name == "run");
        var cheat = new Command("cheat", "A provider that cheats.") { Kind, At };
        cheat.Hidden = true;
        foreach (var option in honest.Options)
        {
            cheat.Options.Add(option);
        }

        cheat.SetAction((parsed, stop) => parsed.GetValue(Kind).IsWithoutWork()
            ? IdleAsync(parsed, stop)
            : ProviderCommand.RunAsync(parsed, Options(parsed), stop));
        return cheat;
    }

    private static ProviderOptions Options(ParseResult parsed)
    {
        var options = ProviderCommand.Options(parsed);
        var (kind, at) = (parsed.GetValue(Kind), parsed.GetValue(At));
        return options with
        {
            // Who vanishes does so with a seat.
            ClaimFirst = options.ClaimFirst || kind == CheatKind.Vanish,
            Trace = FalseTrace.Of(kind, at, Path.Combine(PeerSettings.DataFolder(parsed), "false")),
            Executor = async (job, model, stop) =>
            {
                var executor = await WorkerExecutor.StartAsync(job, CheatModel.Write(model, kind, at), options.Settings, options.Workers, stop).ConfigureAwait(false);
                return kind switch
                {
                    CheatKind.Vanish => new StalledExecutor(executor),
                    CheatKind.SwappedOutputs => new SwappingExecutor(executor, job),
                    CheatKind.SpoofedClass => new SpoofingExecutor(executor),
                    _ => Forgery.Of(kind) is { } forge ? new ForgingExecutor(executor, forge) : executor,
                };
            },
        };
    }

    private static async Task<int> IdleAsync(ParseResult parsed, CancellationToken stop)
    {
        using var watch = parsed.GetValue(InputWatch.Option) ? InputWatch.Start(stop) : CancellationTokenSource.CreateLinkedTokenSource(stop);
        var terminal = new Terminal(json: true, Console.Out, Console.Error);
        using var key = await PeerSettings.OpenKeyAsync(parsed, "node.json", watch.Token).ConfigureAwait(false);
        var peer = await PeerNode.StartAsync(PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: true), watch.Token).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        await peer.PublishAsync(Hash256.Zero, watch.Token).ConfigureAwait(false);
        terminal.Answer(new { ready = true, stake = peer.Stake!.Id }, _ => { });
        await new IdleProvider(peer, parsed.GetValue(Kind)).RunAsync(watch.Token).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
