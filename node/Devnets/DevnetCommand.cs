using System.CommandLine;
using System.Text.Json;
using Market.Chain.State;
using Market.Cli;
using Market.Cli.Processes;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Node.Settings;
using Spectre.Console;

namespace Market.Node.Devnets;

/// <summary><c>market devnet</c>.</summary>
public static class DevnetCommand
{
    private static readonly Option<int> Providers = new("--providers") { Description = "How many providers.", DefaultValueFactory = _ => 3 };
    private static readonly Option<int> Verifiers = new("--verifiers") { Description = "How many verifiers.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Port = new("--port") { Description = "The chain's port; 0 for any free one.", DefaultValueFactory = _ => 8545 };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Show what the nodes write." };

    public static Command Create()
    {
        var command = new Command("devnet", "A whole market on this machine, to try and to develop against, until stopped. Without --data its folder is deleted at the end.") { Providers, Verifiers, Port, Verbose, InputWatch.Option };
        command.SetAction(RunAsync);
        command.AddExamples("market devnet --providers 3 --verifiers 1", "market devnet --port 0 --json");
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        using var watch = parsed.GetValue(InputWatch.Option) ? InputWatch.Start(stop) : CancellationTokenSource.CreateLinkedTokenSource(stop);
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        var named = parsed.GetValue(PeerSettings.Data);
        var (providers, verifiers) = (parsed.GetValue(Providers), parsed.GetValue(Verifiers));
        if (named is not null && Directory.Exists(named) && Directory.EnumerateFileSystemEntries(named).Any())
        {
            throw new FailureException($"'{named}' has files in it, expected an empty or absent folder: every devnet is a new chain.");
        }

        if (providers is < 0 or > 16 || verifiers is < 0 or > 8)
        {
            throw new FailureException($"{providers} providers and {verifiers} verifiers asked for, expected at most 16 and 8.");
        }

        var folder = named is null ? Directory.CreateTempSubdirectory("market-devnet-").FullName : Path.GetFullPath(named);
        try
        {
            var options = new DevnetOptions
            {
                Providers = providers, Verifiers = verifiers, Port = parsed.GetValue(Port), Folder = folder, Log = parsed.GetValue(Verbose) ? Console.Error : null,
            };
            terminal.Progress("Starting a chain, contracts and nodes…");
            var devnet = await Devnet.StartAsync(options, watch.Token).ConfigureAwait(false);
            await using var _ = devnet.ConfigureAwait(false);
            await devnet.StartNodesAsync(watch.Token).ConfigureAwait(false);
            terminal.Answer(Describe(devnet), console => Write(console, devnet));
            await Task.Delay(Timeout.Infinite, watch.Token).ConfigureAwait(false);
            return ExitCode.Done;
        }
        finally
        {
            if (named is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Addresses, keys and endpoints. The keys are worth nothing: they live as long as the devnet.</summary>
    private static object Describe(Devnet devnet) => new
    {
        ready = true,
        rpc = devnet.Deployment.Rpc,
        chainId = devnet.Deployment.ChainId,
        market = devnet.Deployment.Market.ToString(),
        token = devnet.Deployment.Token.ToString(),
        deployment = devnet.DeploymentFile,
        passwordFile = devnet.PasswordFile,
        requester = new { address = devnet.Requester.Key.Address.ToString(), privateKey = Secret(devnet.Requester.Key), data = devnet.Requester.Folder },
        providers = devnet.Nodes.Values.Where(n => n.Role == StakeRole.Provider).OrderBy(n => n.Stake).Select(Describe),
        verifiers = devnet.Nodes.Values.Where(n => n.Role == StakeRole.Verifier).OrderBy(n => n.Stake).Select(Describe),
    };

    private static object Describe(DevnetNode node) => new
    {
        name = node.Name,
        stake = node.Stake,
        owner = node.Owner.Key.Address.ToString(),
        ownerPrivateKey = Secret(node.Owner.Key),
        node = node.Node.Key.Address.ToString(),
        nodePrivateKey = Secret(node.Node.Key),
        data = node.Node.Folder,
        addresses = JsonDocument.Parse(node.Ready!).RootElement.GetProperty("addresses"),
    };

    private static string Secret(PrivateKey key)
    {
        var secret = new byte[32];
        key.CopySecretTo(secret);
        return Hex.Encode(secret);
    }

    private static void Write(IAnsiConsole console, Devnet devnet)
    {
        console.WriteLine($"chain {devnet.Deployment.ChainId} at {devnet.Deployment.Rpc}, market {devnet.Deployment.Market}");
        foreach (var node in devnet.Nodes.Values.OrderBy(n => n.Stake))
        {
            console.WriteLine($"  {node.Name}: stake {node.Stake}, data {node.Node.Folder}");
        }

        Cli.Terminal.WriteUnwrapped(console, $"Post a job: market job submit MODEL INPUTS --data {devnet.Requester.Folder} --deployment {devnet.DeploymentFile} --password-file {devnet.PasswordFile}");
        Cli.Terminal.WriteUnwrapped(console, $"Look at it:  scripts/market-web --deployment {devnet.DeploymentFile}");
        console.WriteLine("Ctrl-C ends it all.");
    }
}
