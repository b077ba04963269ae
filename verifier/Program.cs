using System.CommandLine;
using Market.Cli;
using Market.Content;
using Market.Ethereum;
using Market.Jobs;
using Market.Libp2p;
using Market.Node.Settings;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Verifier;

var root = new RootCommand("Judges the results of jobs and gets a fee for it; checks the judgements of others.");
PeerSettings.AddTo(root);
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(CheckCommand.Create());
root.Subcommands.Add(ReplayCommand.Create());
return await CommandLineProgram.RunAsync(root, args, e => e is EthereumException or ContentException or Libp2pException or WorkerException or JobException or OnnxModelException).ConfigureAwait(false);
