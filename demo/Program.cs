using System.CommandLine;
using Market.Cli;
using Market.Content;
using Market.Demo;
using Market.Demo.Buying;
using Market.Demo.Cheats;
using Market.Demo.Disputes;
using Market.Ethereum;
using Market.Jobs;
using Market.Libp2p;
using Market.Node.Devnets;
using Market.Node.Settings;
using Market.Onnx.Execution;

var replicas = new Option<int>("--replicas") { Description = "How many providers execute the whole job, 1 to 5.", DefaultValueFactory = _ => 3 };
var tasks = new Option<int>("--tasks") { Description = "How many lines of text are drawn and read.", DefaultValueFactory = _ => 24 };
var images = new Option<string?>("--images") { Description = "Folder with line images of your own, .png or .jpg, with the truth in .txt files of the same names where known." };
var cheat = new Option<CheatKind?>("--cheat") { Description = $"What one of the providers does instead of its work: {CheatKinds.Names(plays: false)}. Or, on a small job with a market of its own, what others do, or what comes out in a dispute only: {CheatKinds.Names(plays: true)}." };
var at = new Option<int>("--at") { Description = "With --cheat wrongoperator: which of the small model's four operators, from 0." };
var dispute = new Option<bool>("--dispute") { Description = "The cheat (fp16 or garbage; fp16 by default) has bribed the verifier: follow one dispute, step by step, to the operator that was wrong." };
var web = new Option<bool>("--web") { Description = "Have somebody buy text recognition of pictures in a browser: upload, price, wallet, job, download, check. The window is shown where there is a display." };
var keep = new Option<bool>("--keep") { Description = "Leave all running at the end, until Ctrl-C." };
var verbose = new Option<bool>("--verbose") { Description = "Show what the programs write." };

var root = new RootCommand("One job, from posted to paid, on real input: reads lines of text with PP-OCRv4 on a market that lives on this machine.") { replicas, tasks, images, cheat, at, dispute, web, keep, verbose };
PeerSettings.AddTo(root);
foreach (var option in root.Options.Where(o => o.Recursive))
{
    option.Hidden = true;
}

root.Subcommands.Add(CheatCommand.Create());
root.SetAction(async (parsed, stop) =>
{
    var options = new DemoOptions(
        parsed.GetValue(replicas), parsed.GetValue(tasks), parsed.GetValue(images), parsed.GetValue(cheat) ?? (parsed.GetValue(dispute) ? CheatKind.Fp16 : null),
        parsed.GetValue(dispute), parsed.GetValue(web), parsed.GetValue(keep), parsed.GetValue(verbose));
    var problem = options switch
    {
        { Replicas: < 1 or > 5 } => $"--replicas is {options.Replicas}, expected 1 to 5.",
        { Tasks: < 1 or > 1000 } => $"--tasks is {options.Tasks}, expected 1 to 1000.",
        { Web: true } when options is not { Cheat: null, Images: null, Replicas: 1 or 2 or 3 or 5 } => "--web goes with --tasks and --replicas 1, 2, 3 or 5 only.",
        _ when parsed.GetValue(at) is < 0 or > 3 => $"--at is {parsed.GetValue(at)}, expected 0 to 3.",
        { Dispute: true, Cheat: not (CheatKind.Fp16 or CheatKind.Garbage) } => $"--dispute with --cheat {options.Cheat}: expected a cheat that delivers a wrong result, fp16 or garbage.",
        { Cheat: not (null or CheatKind.Vanish), Replicas: 1 } => "With one replica a cheat has nobody honest beside it: expected --replicas 2 or more.",
        _ => null,
    };
    if (problem is not null)
    {
        throw new FailureException(problem);
    }

    var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
    var folder = Directory.CreateTempSubdirectory("market-demo-").FullName;
    try
    {
        if (options.Web)
        {
            return (await new BuyerDemo(options, terminal, Repository.Root(), folder).RunAsync(stop).ConfigureAwait(false)).IsGood ? ExitCode.Done : ExitCode.Failed;
        }

        if (options.Cheat is { } kind && kind.IsPlay())
        {
            var played = await new Play(kind, parsed.GetValue(at), Path.Combine(Repository.Root(), "node_modules"), terminal.Progress).RunAsync(folder, options.Verbose ? Console.Error : null, stop).ConfigureAwait(false);
            terminal.Answer(played.ToReport(kind), played.Write);
            return played.IsJust ? ExitCode.Done : ExitCode.Failed;
        }

        var result = await new DemoRun(options, terminal, Repository.Root(), folder).RunAsync(stop).ConfigureAwait(false);
        return result.Failures().Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
return await CommandLineProgram.RunAsync(
    root, args, e => e is EthereumException or ContentException or Libp2pException or WorkerException or JobException or InvalidDataException).ConfigureAwait(false);
