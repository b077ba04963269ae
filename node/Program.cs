using System.CommandLine;
using Market.Cli;
using Market.Content;
using Market.Ethereum;
using Market.Jobs;
using Market.Libp2p;
using Market.Node.Devnets;
using Market.Node.Models;
using Market.Node.Peers;
using Market.Node.Providers;
using Market.Node.Requests;
using Market.Node.Settings;
using Market.Node.Wallets;
using Market.Onnx.Execution;
using Market.Onnx.Reading;

var root = new RootCommand("A market for running AI models on other people's machines, with results that need no trust.");
PeerSettings.AddTo(root);
Command[] commands = [ProviderCommand.Create(), JobCommand.Create(), ModelCommand.Create(), WalletCommand.Create(), StakeCommand.Create(), PeersCommand.Create(), DevnetCommand.Create(), DeployCommand.Create()];
foreach (var command in commands)
{
    root.Subcommands.Add(command);
}

return await CommandLineProgram.RunAsync(root, args, e => e is EthereumException or ContentException or Libp2pException or WorkerException or JobException or OnnxModelException).ConfigureAwait(false);
