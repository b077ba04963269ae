using System.CommandLine;
using System.Globalization;
using Market.Chain.State;
using Market.Cli;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Jobs.Results;
using Market.Node.Models;
using Market.Node.Settings;
using Market.Onnx.Files;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Trust;
using Spectre.Console;

namespace Market.Node.Requests;

/// <summary><c>market job submit|resume|watch|result|challenge|list</c>.</summary>
public static class JobCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Argument<FileInfo> Model = new("model") { Description = "The ONNX model, or the report (.json) that 'market model register' made of it: then jobs get the tolerance that was measured." };
    private static readonly Argument<string[]> Inputs = new("inputs") { Description = "Files with tasks, or folders of them: .npy and .npz hold one each, .csv one a row, .json one an object.", Arity = ArgumentArity.OneOrMore };
    private static readonly Argument<string> Job = new("job") { Description = "The job's id, or the beginning of it." };
    private static readonly Option<int> Replicas = new("--replicas") { Description = "How many providers execute the whole job, 1 to 7.", DefaultValueFactory = _ => 3 };
    private static readonly Option<string> Reward = new("--reward") { Description = "What each accepted provider is paid, in tokens.", DefaultValueFactory = _ => "1" };
    private static readonly Option<string> Fee = new("--verifier-fee") { Description = "What the verifier is paid, in tokens.", DefaultValueFactory = _ => "0.5" };
    private static readonly Option<string> Cover = new("--cover") { Description = "What a wrong result could be worth to a cheat, in tokens: decides the stake behind each seat.", DefaultValueFactory = _ => "2" };
    private static readonly Option<double> Audit = new("--audit") { Description = "Chance that another verifier checks the verdict, in percent.", DefaultValueFactory = _ => 10 };
    private static readonly Option<double> Check = new("--check") { Description = "Share of tasks that the verifier re-executes, in percent.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> CanaryCount = new("--canaries") { Description = "How many tasks, drawn in secret, to execute here as well, so that whoever fails one after the verdict accepted it is found." };
    private static readonly Option<bool> Contest = new("--contest") { Description = "Whether to contest who fails a canary, with a bond that comes back if a committee agrees.", DefaultValueFactory = _ => true };
    private static readonly Option<uint?> Terms = new("--terms") { Description = "Number of the registered terms. Default: the deployment's." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };
    private static readonly Option<DirectoryInfo?> Output = new("--output") { Description = "Folder for the outputs as .npy files. Default: the job's id." };

    public static Command Create()
    {
        var submit = new Command("submit", "Check a job here, show its price, post it, and follow it until it is final.") { Model, Inputs, Replicas, Reward, Fee, Cover, Check, Audit, CanaryCount, Contest, Terms, RefereeSettings.Option, Yes };
        submit.SetAction(SubmitAsync);
        submit.AddExamples("market job submit model.onnx inputs/", "market job submit registered/0x1a2b3c4d.json inputs/", "market job submit model.onnx inputs/ --canaries 3", "market job submit model.onnx one.npz two.npz --replicas 1 --reward 0.5 --check 20 --yes");
        var watch = new Command("watch", "Follow a job until it is final.") { Job };
        watch.SetAction(WatchAsync);
        watch.AddExamples("market job watch 0x1a2b3c4d");
        var result = new Command("result", "Fetch a job's outputs, check them against the accepted root, and write them as .npy files.") { Job, Output, RefereeSettings.Option };
        result.SetAction(ResultAsync);
        result.AddExamples("market job result 0x1a2b3c4d --output results/");
        var list = new Command("list", "List jobs, newest first.");
        list.SetAction(ListAsync);
        list.AddExamples("market job list --json");
        var resume = new Command("resume", "Go on with a job after its submit was interrupted: serve its data and follow it until it is final.") { Job, RefereeSettings.Option };
        resume.SetAction(ResumeAsync);
        resume.AddExamples("market job resume 0x1a2b3c4d");
        return new Command("job", "Have models run by others.") { submit, resume, watch, result, ChallengeCommand.Create(), list };
    }

    private static async Task<int> SubmitAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = Terminal(parsed);
        var (model, order) = Ordered(parsed.GetValue(Model)!, Order(parsed));
        var tasks = ModelInputs.Read(model.FullName, parsed.GetValue(Inputs)!);
        var canaries = parsed.GetValue(CanaryCount) is var count && count >= 0 && count <= tasks.Count
            ? count
            : throw new FailureException($"--canaries is {count}, expected 0 to {tasks.Count}, which is all tasks.");
        var referee = canaries > 0 ? RefereeSettings.Find(parsed) : null;
        terminal.Progress($"Running the first of {tasks.Count} tasks here…");
        var trial = await TrialRun.RunAsync(model.FullName, tasks[0], stop).ConfigureAwait(false);

        using var key = await PeerSettings.OpenKeyAsync(parsed, "wallet.json", stop).ConfigureAwait(false);
        var peer = await PeerNode.StartAsync(PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: false), stop).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var sizes = tasks.Select(t => t.Sum(i => (long)i.Value.Data.Length)).ToList();
        var limits = trial.Limits(model.Length, sizes.Max(), sizes[0]);
        var package = await JobPackage.CreateAsync(peer.Store, model.FullName, tasks, trial.Outputs, order.Tolerance, limits, order.Runtime, stop).ConfigureAwait(false);
        var requester = new Requester(peer);
        var spec = order.ToSpec(package, peer.Deployment.Terms);
        if (spec.FindProblems() is { Count: > 0 } problems)
        {
            throw new FailureException("The job is not sound: " + string.Join(' ', problems));
        }

        terminal.Error.Write(PriceTable(spec, order, trial, Takers(peer, spec), canaries));
        if (!parsed.GetValue(Yes) && !await terminal.ConfirmAsync("Post this job?", stop).ConfigureAwait(false))
        {
            throw new FailureException("Nothing was posted: not confirmed. --yes does not ask.");
        }

        var job = await requester.PostAsync(package, spec, stop).ConfigureAwait(false);
        terminal.Progress($"Posted {job.Id}. Providers fetch its data from here: leave this running until all have claimed. 'market job resume' goes on if it was interrupted.");
        var drawn = canaries > 0 ? Canaries.Draw(peer, job, canaries, parsed.GetValue(Contest), referee!) : null;
        return await AttendAsync(terminal, peer, job, drawn, stop).ConfigureAwait(false);
    }

    /// <summary>Follows a job to its end, and its canaries beside it.</summary>
    private static async Task<int> AttendAsync(Terminal terminal, PeerNode peer, JobRecord job, Canaries? canaries, CancellationToken stop)
    {
        var checking = canaries?.FollowAsync(stop) ?? Task.CompletedTask;
        var telling = ProgressLines.FollowAsync(peer.Node, peer.Follower, job.Id, terminal.Progress, stop);
        job = await new Requester(peer).AttendAsync(job.Id, j => terminal.Progress(JobLine.Of(j)), stop).ConfigureAwait(false);
        await Task.WhenAll(checking, telling).ConfigureAwait(false);
        return await ReportAsync(terminal, peer, job, stop).ConfigureAwait(false);
    }

    /// <summary>The model to run; where a report was given, its model on its terms.</summary>
    private static (FileInfo Model, JobOrder Order) Ordered(FileInfo given, JobOrder order)
    {
        if (given.Extension != ".json")
        {
            return given.Exists ? (given, order) : throw new FailureException($"No model '{given}'.");
        }

        var (report, model) = RegistrationFiles.Read(given.FullName);
        return report.Runtime == order.Runtime.Version
            ? (new FileInfo(model), order with { Tolerance = report.Tolerance, Runtime = report.Terms })
            : throw new FailureException($"'{given}' was measured with version {report.Runtime} of the runtime, expected {order.Runtime.Version}: register the model again.");
    }

    private static async Task<int> ResumeAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = Terminal(parsed);
        using var key = await PeerSettings.OpenKeyAsync(parsed, "wallet.json", stop).ConfigureAwait(false);
        var peer = await PeerNode.StartAsync(PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: false), stop).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var job = JobLookup.Find(peer.Follower.State, parsed.GetValue(Job)!);
        if (job.Spec.Requester != key.Address)
        {
            throw new FailureException($"Job {job.Id} was posted by {job.Spec.Requester}, expected {key.Address}. 'market job watch' follows any job.");
        }

        if (job.State == JobState.Open)
        {
            await peer.FetchJobAsync(job, Patience, stop).ConfigureAwait(false);
        }

        return await AttendAsync(terminal, peer, job, Canaries.Find(peer, job, RefereeSettings.FindIfThere(parsed)), stop).ConfigureAwait(false);
    }

    /// <summary>How many providers have the stake for a seat; fewer than seats is an error, since stake that is bonded later does not count.</summary>
    private static int Takers(PeerNode peer, Protocol.Jobs.JobSpec spec)
    {
        var needed = JobStake.Of(spec);
        var enough = peer.Follower.State.StakesOf(StakeRole.Provider, needed.Backing.Value).Count();
        return enough >= spec.Replicas
            ? enough
            : throw new FailureException($"{enough} providers have the {needed.Backing} tokens of stake that this cover needs, expected at least {spec.Replicas}. A smaller --cover or fewer --replicas would do.");
    }

    private static JobOrder Order(ParseResult parsed)
    {
        Units Amount(Option<string> option) => Units.TryParse(parsed.GetValue(option), null, out var units)
            ? units
            : throw new FailureException($"{option.Name} is '{parsed.GetValue(option)}', expected tokens such as 1.5.");
        BasisPoints Percent(Option<double> option, double least) => parsed.GetValue(option) is var percent && percent >= least && percent <= 100
            ? new BasisPoints((int)Math.Round(percent * 100))
            : throw new FailureException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {percent}, expected {least} to 100 percent."));
        return new JobOrder
        {
            Replicas = parsed.GetValue(Replicas),
            Reward = Amount(Reward),
            VerifierFee = Amount(Fee),
            Cover = Amount(Cover),
            Check = Percent(Check, 0.01),
            Audit = Percent(Audit, 0),
            Terms = parsed.GetValue(Terms),
        };
    }

    private static Table PriceTable(Protocol.Jobs.JobSpec spec, JobOrder order, TrialRun trial, int takers, int canaries)
    {
        var stake = JobStake.Of(spec);
        var trust = TrustEstimate.Of(spec);
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        return new Table().HideHeaders().AddColumns("", "")
            .AddRow("tasks", Text($"{spec.Tasks}, {trial.Elapsed.TotalMilliseconds:0} ms each here"))
            .AddRow("price", Text($"{spec.Replicas} × {spec.Reward} + {spec.VerifierFee} for the verifier = {spec.Escrow()} tokens; what is not earned comes back"))
            .AddRow("behind each seat", Text($"{stake.Backing} tokens of stake, {stake.Lock} of them locked; {takers} providers have that much"))
            .AddRow("results may differ", order.Tolerance == Protocol.Bundles.Tolerance.Exact ? "not at all: one determinism class only" : Text($"by {order.Tolerance.RelativeL2Fraction:0.0E+0} (relative L2) and {order.Tolerance.ScaledMaximumFraction:0.0E+0} (of the largest value)"))
            .AddRow("checked again", Text($"{spec.Check.Fraction:P1} of tasks, drawn after the results are fixed, and less of providers with a record, as far as their stake deters them all the same; with {spec.Audit.Fraction:P0} another verifier checks as many"))
            .AddRow("canaries", canaries == 0 ? "none: --canaries executes a few tasks here too" : Text($"{canaries} tasks are executed here too, nobody knows which: one false task is among them with {canaries / (double)spec.Tasks:P1}"))
            .AddRow("a false task is found", Text($"with {trust.Detection:P1}, even if one third of all stake is dishonest and owns every seat"))
            .AddRow("what that buys", trust.InWords);
    }

    private static async Task<int> WatchAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = Terminal(parsed);
        var view = await ChainView.StartAsync(parsed, stop).ConfigureAwait(false);
        await using var _ = view.ConfigureAwait(false);
        var job = JobLookup.Find(view.State, parsed.GetValue(Job)!);
        terminal.Progress(JobLine.Of(job));
        using var nobody = Libp2p.Identity.GenerateSecp256k1();
        var node = await Libp2p.Node.StartAsync(new Libp2p.NodeOptions(nobody), stop).ConfigureAwait(false);
        await using var __ = node.ConfigureAwait(false);
        var telling = ProgressLines.FollowAsync(node, view.Follower, job.Id, terminal.Progress, stop);
        while (!job.IsOver)
        {
            var seen = job;
            var state = await view.Follower.WaitAsync(s => s.Job(seen.Id) is { } now && !now.Equals(seen), stop).ConfigureAwait(false);
            job = state.Job(job.Id)!;
            terminal.Progress(JobLine.Of(job));
        }

        await telling.ConfigureAwait(false);
        var report = await JobReport.CreateAsync(view.Contract, view.State, job, null, stop).ConfigureAwait(false);
        return Answer(terminal, report);
    }

    private static async Task<int> ResultAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = Terminal(parsed);
        using var key = await PeerSettings.OpenKeyAsync(parsed, "wallet.json", stop).ConfigureAwait(false);
        var peer = await PeerNode.StartAsync(PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: false), stop).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var job = JobLookup.Find(peer.Follower.State, parsed.GetValue(Job)!);
        if (!job.IsJudged)
        {
            throw new FailureException($"Job {job.Id} is {job.State}: there is no result before the verdict.");
        }

        var outputs = await ResultDownload.FetchAsync(peer, job, PeerNode.Holder(job), long.MaxValue, stop).ConfigureAwait(false);
        var folder = (parsed.GetValue(Output) ?? new DirectoryInfo(job.Id.ToString())).FullName;
        Directory.CreateDirectory(folder);
        for (var task = 0; task < outputs.Manifest.Entries.Length; task++)
        {
            var result = await outputs.ReadAsync(task, stop).ConfigureAwait(false);
            foreach (var (name, tensor) in result.Outputs ?? [])
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, FileName(task, name)), NpyFile.Write(tensor), stop).ConfigureAwait(false);
            }
        }

        await (Canaries.Find(peer, job, RefereeSettings.FindIfThere(parsed))?.FollowAsync(stop) ?? Task.CompletedTask).ConfigureAwait(false);
        terminal.Progress($"{outputs.Manifest.Entries.Length} results, checked against {outputs.Manifest.Root}, are in {folder}.");
        return await ReportAsync(terminal, peer, job, stop).ConfigureAwait(false);
    }

    /// <summary>A model's output names are anybody's text: only letters, digits, dots, dashes and underscores become part of a path.</summary>
    private static string FileName(int task, string output) =>
        string.Create(CultureInfo.InvariantCulture, $"{task:00000}-{string.Concat(output.Take(80).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'))}.npy");

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken stop)
    {
        var view = await ChainView.StartAsync(parsed, stop).ConfigureAwait(false);
        await using var _ = view.ConfigureAwait(false);
        var jobs = view.State.NewestJobs().Take(1000).ToList();
        Terminal(parsed).Answer(
            jobs.Select(j => new { job = j.Id.ToString(), state = j.State, requester = j.Spec.Requester.ToString(), tasks = j.Spec.Tasks, replicasWanted = j.Spec.Replicas, reward = new Units(j.Price), posted = j.PostedBlock }),
            console =>
            {
                var table = new Table().AddColumns("job", "state", "tasks", "replicas", "reward", "posted in block");
                foreach (var j in jobs)
                {
                    table.AddRow(j.Id.ToString(), $"{j.State}", $"{j.Spec.Tasks}", $"{j.Spec.Replicas}", $"{new Units(j.Price)}", $"{j.PostedBlock}");
                }

                console.Write(table);
            });
        return ExitCode.Done;
    }

    private static async Task<int> ReportAsync(Terminal terminal, PeerNode peer, JobRecord job, CancellationToken stop)
    {
        var evidence = await EvidenceLookup.FindAsync(peer, job, stop).ConfigureAwait(false);
        var report = await JobReport.CreateAsync(peer.Account.Contract, peer.Follower.State, job, evidence, stop).ConfigureAwait(false);
        return Answer(terminal, report);
    }

    /// <exception cref="FailureException">The job expired: after the report, one sentence says so.</exception>
    private static int Answer(Terminal terminal, JobReport report)
    {
        terminal.Answer(report, console => console.Write(ReportTable(report)));
        var delivered = report.Replicas.Count(r => r.ResultRoot is not null);
        return report.State != JobState.Expired
            ? ExitCode.Done
            : throw new FailureException(
                $"Job {report.Job} expired: {delivered} results came in time, expected {report.ReplicasWanted}. {Tokens(report.Refunded)} tokens are back in your credit: the next job uses them, or 'market stake withdraw' pays them out.");
    }

    private static string Tokens(string units) => new Units(ulong.Parse(units, CultureInfo.InvariantCulture)).ToString();

    /// <summary>Who was paid or slashed, and why.</summary>
    public static Table ReportTable(JobReport report)
    {
        var table = new Table().AddColumns("provider", "outcome", "paid", "lost", "why");
        foreach (var r in report.Replicas)
        {
            table.AddRow($"{r.Provider}", $"{r.Outcome}", Tokens(r.Paid), Tokens(r.Slashed), Markup.Escape(r.Reason));
        }

        foreach (var p in report.Penalties.Where(p => report.Replicas.All(r => r.Provider != p.Provider)))
        {
            table.AddRow($"{p.Provider}", "Late", "0", Tokens(p.Penalty), Markup.Escape(p.Reason));
        }

        var caption = $"{report.State}; {report.Gas.Total} gas; refunded {Tokens(report.Refunded)}";
        return table.Caption(Markup.Escape(report.Dispute is { } dispute ? $"{caption}. {dispute.Words}" : caption));
    }

    private static Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
}
