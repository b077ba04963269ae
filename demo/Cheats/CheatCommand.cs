using System.CommandLine;
using Market.Cli;
using Market.Cli.Processes;
using Market.Ethereum;
using Market.Jobs.Execution;
using Market.Jobs.Peers;
using Market.Node.Providers;
using Market.Node.Settings;
using Market.Onnx.Models;

namespace Market.Demo.Cheats;

/// <summary>The program of a cheating provider: the honest one with another way to get results.</summary>
internal static class CheatCommand
{
    private static readonly Argument<CheatKind> Kind = new("kind");

    public static Command Create()
    {
        var honest = ProviderCommand.Create().Subcommands.Single(c => c.Name == "run");
        var cheat = new Command("cheat", "A provider that cheats.") { Kind };
        cheat.Hidden = true;
        foreach (var option in honest.Options)
        {
            cheat.Options.Add(option);
        }

        cheat.SetAction((parsed, stop) => parsed.GetValue(Kind) == CheatKind.Copy
            ? CopyAsync(parsed, stop)
            : ProviderCommand.RunAsync(parsed, Options(parsed), stop));
        return cheat;
    }

    private static ProviderOptions Options(ParseResult parsed)
    {
        var options = ProviderCommand.Options(parsed);
        return options with
        {
            Executor = async (job, model, stop) =>
            {
                var kind = parsed.GetValue(Kind);
                var path = kind == CheatKind.Fp16 ? Rounded(model) : model;
                var executor = await WorkerExecutor.StartAsync(job, path, options.Settings, options.Workers, stop).ConfigureAwait(false);
                return kind switch
                {
                    CheatKind.Garbage => new GarbageExecutor(executor),
                    CheatKind.Vanish => new StalledExecutor(executor),
                    _ => executor,
                };
            },
        };
    }

    /// <summary>Writes a copy with 16-bit weights into a folder beside the model, and returns its path.</summary>
    private static string Rounded(string model)
    {
        var rounded = Path.Combine(Directory.CreateDirectory(model + ".rounded").FullName, "model.onnx");
        File.WriteAllBytes(rounded, HalfWeights.Of(File.ReadAllBytes(model)));
        return rounded;
    }

    private static async Task<int> CopyAsync(ParseResult parsed, CancellationToken stop)
    {
        using var watch = parsed.GetValue(InputWatch.Option) ? InputWatch.Start(stop) : CancellationTokenSource.CreateLinkedTokenSource(stop);
        var terminal = new Terminal(json: true, Console.Out, Console.Error);
        using var key = await PeerSettings.OpenKeyAsync(parsed, "node.json", watch.Token).ConfigureAwait(false);
        var peer = await PeerNode.StartAsync(PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: true), watch.Token).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        await peer.PublishAsync(Hash256.Zero, watch.Token).ConfigureAwait(false);
        terminal.Answer(new { ready = true, stake = peer.Stake!.Id }, _ => { });
        await CopyingProvider.RunAsync(peer, watch.Token).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
