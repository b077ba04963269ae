using System.CommandLine;
using System.Numerics;
using Market.Chain;
using Market.Cli;
using Market.Ethereum;
using Market.Ethereum.Rpc;
using Market.Node.Settings;
using Spectre.Console;

namespace Market.Node.Devnets;

/// <summary><c>market deploy</c>: puts a market on any chain and writes its deployment file.</summary>
public static class DeployCommand
{
    private static readonly Option<string?> Token = new("--token") { Description = "Address of the ERC-20 in which the market pays, of at least nine decimals. Without it a new token is deployed." };
    private static readonly Option<bool> ForDevnet = new("--devnet") { Description = "Short windows and small stakes, for chains without value." };
    private static readonly Option<string> Output = new("--output") { Description = "The deployment file to write.", DefaultValueFactory = _ => "deployment.json" };

    public static Command Create()
    {
        var deploy = new Command("deploy", "Put a market on a chain and write its deployment file. The deployer has no right in it afterwards.") { Token, ForDevnet, Output };
        deploy.SetAction(RunAsync);
        deploy.AddExamples("market deploy --rpc http://127.0.0.1:8545 --key wallet.json --devnet");
        return deploy;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        var rpc = PeerSettings.Endpoint(parsed) ?? throw new FailureException("--rpc is missing: the endpoint of the chain to deploy to.");
        var output = Path.GetFullPath(parsed.GetValue(Output)!);
        if (File.Exists(output))
        {
            throw new FailureException($"'{output}' exists; a deployment file is never overwritten. --output names another.");
        }

        var token = parsed.GetValue(Token) is { } text ? Address.Parse(text) : (Address?)null;
        var devnet = parsed.GetValue(ForDevnet);
        using var key = await PeerSettings.OpenKeyAsync(parsed, "wallet.json", stop).ConfigureAwait(false);
        var client = new EthereumClient(new JsonRpcClient(rpc));
        await using var _ = client.ConfigureAwait(false);
        var folder = Directory.CreateDirectory(PeerSettings.DataFolder(parsed)).FullName;
        var deployment = await MarketDeployer.DeployAsync(
            client, key, folder, token, BigInteger.Pow(10, 18), devnet ? MarketDeployer.DevnetParameters : MarketDeployer.NetworkParameters,
            devnet ? MarketDeployer.DevnetChoice : MarketDeployer.NetworkChoice, stop).ConfigureAwait(false) with { Rpc = rpc };
        deployment.Save(output);
        terminal.Answer(
            new { chainId = deployment.ChainId, market = deployment.Market.ToString(), token = deployment.Token.ToString(), block = deployment.Block, terms = deployment.Terms, file = output },
            console => console.WriteLine($"Market {deployment.Market} with token {deployment.Token} on chain {deployment.ChainId}; {output} tells programs."));
        return ExitCode.Done;
    }
}
