using System.CommandLine;
using System.Globalization;
using Market.Chain.State;
using Market.Cli;
using Market.Ethereum.Keys;
using Market.Jobs.Execution;
using Market.Jobs.Peers;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Node.Requests;
using Market.Node.Settings;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Protocol.Ids;
using Spectre.Console;

namespace Market.Verifier;

/// <summary><c>market-verifier replay</c>: one task in the canonical referee, and how far each replica lies from that.</summary>
internal static class ReplayCommand
{
    private static readonly TimeSpan JobPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReplicaPatience = TimeSpan.FromSeconds(20);
    private static readonly Argument<string> JobArgument = new("job") { Description = "The job's id, or the beginning of it." };
    private static readonly Argument<int> TaskArgument = new("task") { Description = "The task, counted from 0." };
    private static readonly Option<bool> Trace = new("--trace") { Description = "Also print the digest of what every operator gives." };

    public static Command Create()
    {
        var replay = new Command("replay", "Run one task of a job in the canonical referee, print the digests, and say how far each replica is off.")
        {
            JobArgument, TaskArgument, Trace, RefereeSettings.Option,
        };
        replay.SetAction(RunAsync);
        replay.AddExamples("market-verifier replay 0x1a2b3c4d 7", "market-verifier replay 0x1a2b3c4d 7 --trace --json");
        return replay;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        var web = RefereeSettings.Find(parsed);
        // Anybody may replay, under any name; who asks matters only before the verdict.
        using var key = PrivateKey.Generate();
        var options = PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: false) with { DataFolder = Path.Combine(PeerSettings.DataFolder(parsed), "check") };
        var peer = await PeerNode.StartAsync(options, stop).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var job = JobLookup.Find(peer.Follower.State, parsed.GetValue(JobArgument)!);
        var task = parsed.GetValue(TaskArgument);
        if (task < 0 || task >= job.Spec.Tasks)
        {
            throw new FailureException($"Task {task} is asked for, expected 0 to {job.Spec.Tasks - 1}.");
        }

        var data = await peer.FetchJobAsync(job, JobPatience, stop).ConfigureAwait(false);
        var model = await data.ExportModelAsync(Path.Combine(peer.DataFolder, "models"), stop).ConfigureAwait(false);
        using var witnessed = await WitnessedModel.WriteAsync(model, job.Id, new StakeId(job.Verifier), stop).ConfigureAwait(false);
        var referee = new Referee(data, witnessed.Path, web);
        await using var __ = referee.ConfigureAwait(false);
        terminal.Progress($"Running task {task} of job {job.Id} in the canonical referee…");
        var own = await referee.RunAsync(task, stop).ConfigureAwait(false);
        var comparison = new ResultComparison(data.Bundle, ModelReader.Read(model));
        var replicas = await Task.WhenAll(Seats(job).Select(seat => ReplayedReplica.FindAsync(peer, job, seat, task, own, comparison, ReplicaPatience, stop))).ConfigureAwait(false);
        var witness = await WitnessOfAsync(peer, job, task, own, witnessed, stop).ConfigureAwait(false);
        var trace = parsed.GetValue(Trace) ? await RefereeTrace.RunAsync(data, model, web, task, stop).ConfigureAwait(false) : null;
        terminal.Answer(Answer(job, task, own, replicas, witness, trace), console => Write(console, own, replicas, witness, trace));
        return ExitCode.Done;
    }

    /// <summary>Before the verdict outputs are not for everybody: then nobody is asked.</summary>
    private static IEnumerable<int> Seats(JobRecord job) => Enumerable.Range(0, job.IsJudged ? job.Seats.Length : 0).Where(i => job.Seats[i].HasResult);

    /// <summary>Whether the verdict's verifier executed the task, in words; null where it shows no sample of it.</summary>
    private static async Task<string?> WitnessOfAsync(PeerNode peer, JobRecord job, int task, TaskResult own, WitnessedModel witnessed, CancellationToken stop) =>
        await EvidenceLookup.FindAsync(peer, job, stop).ConfigureAwait(false) is { } evidence && evidence.Samples.FirstOrDefault(s => s.Task == task) is { } sample
            ? witnessed.FaultOf(task, own, sample.Witness) ?? $"Verifier {job.Verifier} executed it, as its witness shows."
            : null;

    private static object Answer(JobRecord job, int task, TaskResult own, IReadOnlyList<ReplayedReplica> replicas, string? witness, RefereeTrace? trace) => new
    {
        job = job.Id.ToString(),
        task,
        referee = $"onnxruntime-web {WebRuntime.Version}",
        isError = own.Digest.IsError,
        digest = own.Digest.Root.ToString(),
        outputs = (own.Outputs ?? []).Select(o => new { name = o.Key, type = o.Value.Type, dims = o.Value.Dims, digest = TensorDigest.Of(o.Value).ToString() }),
        replicas,
        witness,
        trace = trace is null ? null : new
        {
            root = trace.Trace.Root.ToString(),
            nodes = trace.Nodes.Select(n => new { index = n.Index, name = n.Name, @operator = n.Operator, digest = trace.Trace.Nodes[n.Index].ToString() }),
        },
    };

    private static void Write(IAnsiConsole console, TaskResult own, IReadOnlyList<ReplayedReplica> replicas, string? witness, RefereeTrace? trace)
    {
        void Line(FormattableString text) => Terminal.WriteUnwrapped(console, text.ToString(CultureInfo.InvariantCulture));
        Line($"canonical result  {own.Digest.Root}{(own.Digest.IsError ? "  (an error)" : "")}");
        foreach (var (name, tensor) in own.Outputs ?? [])
        {
            Line($"  {TensorDigest.Of(tensor)}  {name}, {tensor.Type}[{string.Join(',', tensor.Dims)}]");
        }

        foreach (var replica in replicas)
        {
            Line($"seat {replica.Seat}, provider {replica.Provider}  {replica.Digest ?? "outputs not to be had"}");
            Line($"  {replica.Found}");
        }

        if (witness is not null)
        {
            Line($"verifier  {witness}");
        }

        if (trace is not null)
        {
            Line($"trace  {trace.Trace.Root}");
            foreach (var node in trace.Nodes)
            {
                Line($"  {trace.Trace.Nodes[node.Index]}  {node}");
            }
        }
    }
}
