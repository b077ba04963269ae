using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Onnx.Comparison;
using Market.Onnx.Reading;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Verification;

/// <summary>Compares the replicas of a job with each other, and samples of them with an execution of its own.</summary>
/// <remarks>
/// The order of what decides: a task that the judge executes itself decides against whoever lies beyond tolerance of it. Besides
/// the drawn samples it executes the worst task of every pair of replicas that disagree, so that agreement of cheats wins nothing.
/// Among those that are left, the reference is the replica that agrees with most others. docs/protocol.md tells it for people.
/// </remarks>
public sealed class Judge
{
    private const int LongestDetail = 300;
    private readonly JobData _job;
    private readonly IExecutor _executor;
    private readonly byte[] _traceSecret;
    private readonly ComparisonLimits _limits;
    private readonly ModelDescription _model;

    /// <summary>Prepares to judge a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="model">Its model: where it has ties, differing whole numbers accuse nobody.</param>
    /// <param name="executor">Runs its tasks as ordered.</param>
    /// <param name="traceSecret">Salts the digests of the judge's own outputs, so that no other verifier can copy them.</param>
    /// <exception cref="JobException">The job allows other classes than the executor's, whose bits say nothing about theirs.</exception>
    public Judge(JobData job, ModelDescription model, IExecutor executor, ReadOnlySpan<byte> traceSecret)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(executor);
        if (!job.Bundle.Runtime.Allows(executor.Class))
        {
            throw new JobException($"The job runs in {job.Bundle.Runtime.Classes.Length} determinism classes, and {executor.Class}, in which it would be executed again, is none of them.");
        }

        _job = job;
        _executor = executor;
        _traceSecret = traceSecret.ToArray();
        _model = model;
        _limits = job.Bundle.Tolerance.ToLimits();
    }

    /// <summary>Judges.</summary>
    /// <param name="replicas">All replicas with a result, by ascending seat.</param>
    /// <param name="drawn">The tasks that were drawn for re-execution.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Judgement> RunAsync(IReadOnlyList<Replica> replicas, ImmutableArray<int> drawn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        var served = new SortedDictionary<int, Replica>(replicas.Where(r => r.Outputs is not null).ToDictionary(r => r.Seat));
        var faults = new Dictionary<int, string>();
        var pairs = await CompareAsync(served, faults, cancellationToken).ConfigureAwait(false);
        var disputed = pairs.Values.Where(p => !p.IsWithin).Select(p => p.WorstTask).OfType<int>();
        var samples = new List<SampleFinding>();
        var differs = new Dictionary<int, (int Task, PairDistance Distance)>();
        var tasks = drawn.Concat(disputed).Distinct().Order().ToList();
        foreach (var task in tasks)
        {
            if (await SampleAsync(task, served, faults, differs, cancellationToken).ConfigureAwait(false) is { } sample)
            {
                samples.Add(sample);
            }
        }

        var standing = served.Keys.Where(seat => !faults.ContainsKey(seat) && !differs.ContainsKey(seat)).ToList();
        var reference = ReferenceOf(standing, pairs);
        var findings = replicas.Select(replica =>
        {
            var (reason, detail) = Decide(replica, faults, differs, tasks.Count > 0 && samples.Count == 0, standing, reference, pairs);
            return FindingOf(replica, reason, detail, reference, pairs);
        });
        return new Judgement(reference, [.. findings], [.. samples]);
    }

    private static (int, int) Pair(int a, int b) => a < b ? (a, b) : (b, a);

    /// <summary>Every pair of replicas over all tasks; tasks one after the other, so that few outputs are in memory.</summary>
    private async Task<Dictionary<(int, int), PairDistance>> CompareAsync(
        SortedDictionary<int, Replica> served, Dictionary<int, string> faults, CancellationToken cancellationToken)
    {
        var seats = served.Keys.ToList();
        var pairs = new Dictionary<(int, int), PairDistance>();
        foreach (var (a, b) in seats.SelectMany(a => seats.Where(b => b > a).Select(b => (a, b))))
        {
            pairs[(a, b)] = PairDistance.None;
        }

        for (var task = 0; task < _job.Bundle.Tasks; task++)
        {
            var results = new Dictionary<int, TaskResult>();
            foreach (var seat in seats.Where(seat => !faults.ContainsKey(seat)))
            {
                if (await ReadAsync(served[seat], task, faults, cancellationToken).ConfigureAwait(false) is { } result)
                {
                    results[seat] = result;
                }
            }

            foreach (var pair in pairs.Keys.Where(p => results.ContainsKey(p.Item1) && results.ContainsKey(p.Item2)).ToList())
            {
                var (first, second) = (results[pair.Item1], results[pair.Item2]);
                if (first.Digest != second.Digest)
                {
                    pairs[pair] = pairs[pair].With(task, PairDistance.Between(first, second, _limits, _model));
                }
            }
        }

        return pairs;
    }

    private static async Task<TaskResult?> ReadAsync(Replica replica, int task, Dictionary<int, string> faults, CancellationToken cancellationToken)
    {
        try
        {
            return await replica.Outputs!.ReadAsync(task, cancellationToken).ConfigureAwait(false);
        }
        catch (JobException e)
        {
            faults[replica.Seat] = e.Message;
            return null;
        }
    }

    private async Task<SampleFinding?> SampleAsync(
        int task, SortedDictionary<int, Replica> served, Dictionary<int, string> faults, Dictionary<int, (int, PairDistance)> differs,
        CancellationToken cancellationToken)
    {
        TaskResult own;
        try
        {
            var inputs = await _job.ReadInputsAsync(task, cancellationToken).ConfigureAwait(false);
            own = ReplicaRun.ResultOf(task, await _executor.RunAsync(task, inputs, cancellationToken).ConfigureAwait(false), _job.Bundle.Outputs);
        }
        catch (JobException)
        {
            // What cannot be executed here accuses nobody.
            return null;
        }

        var distances = new List<SampleDistance>();
        foreach (var replica in served.Values.Where(r => !faults.ContainsKey(r.Seat)))
        {
            if (await ReadAsync(replica, task, faults, cancellationToken).ConfigureAwait(false) is not { } result)
            {
                continue;
            }

            var distance = PairDistance.Between(own, result, _limits, _model);
            if (!distance.IsWithin && (!differs.TryGetValue(replica.Seat, out var worst) || distance.IsWorseThan(worst.Item2)))
            {
                differs[replica.Seat] = (task, distance);
            }

            distances.Add(new SampleDistance(
                replica.Seat, new OutputDigest(result.Digest.Root.ToArray()), new Distance(distance.RelativeL2), new Distance(distance.ScaledMaximum)));
        }

        var digest = own.Digest.Root.ToArray();
        return new SampleFinding
        {
            Task = task,
            Output = new OutputDigest(digest),
            Trace = new TraceDigest(HMACSHA256.HashData(_traceSecret, (byte[])[.. BitConverter.GetBytes(task), .. digest])),
            Replicas = distances,
        };
    }

    /// <summary>Who agrees with most; of those the first. With several replicas at least one other must agree.</summary>
    private static int? ReferenceOf(List<int> standing, Dictionary<(int, int), PairDistance> pairs)
    {
        int? best = null;
        var most = -1;
        foreach (var seat in standing)
        {
            var agreeing = standing.Count(other => other != seat && pairs[Pair(seat, other)].IsWithin);
            if (agreeing > most)
            {
                (best, most) = (seat, agreeing);
            }
        }

        return standing.Count <= 1 || most > 0 ? best : null;
    }

    private static (VerdictReason Reason, string Detail) Decide(
        Replica replica, Dictionary<int, string> faults, Dictionary<int, (int Task, PairDistance Distance)> differs, bool nothingExecuted, List<int> standing,
        int? reference, Dictionary<(int, int), PairDistance> pairs)
    {
        if (replica.Outputs is null)
        {
            return replica.Unserved
                ? (VerdictReason.NotServed, "It served no outputs, and no demanded leaf in time.")
                : (VerdictReason.NotExecutable, "Its outputs could not be fetched, although it showed a demanded leaf.");
        }

        if (faults.TryGetValue(replica.Seat, out var fault))
        {
            return (VerdictReason.Malformed, Lines.Of(fault, LongestDetail));
        }

        if (differs.TryGetValue(replica.Seat, out var found))
        {
            // Fraud is only what no honest run can give; who is unlucky with a tie is not paid, and loses nothing.
            return (found.Distance.MayBeTie ? VerdictReason.NearTie : VerdictReason.DiffersFromExecution, string.Create(
                CultureInfo.InvariantCulture,
                $"Task {found.Task}, executed again, differs: {Describe(found.Distance)}."));
        }

        // Of a few tasks the draw may take none: then agreement alone decides.
        if (nothingExecuted)
        {
            return (VerdictReason.NotExecutable, "None of the drawn tasks could be executed again.");
        }

        if (reference is not { } seat)
        {
            return (VerdictReason.NoReference, $"{standing.Count} replicas passed the samples, and no two of them agree.");
        }

        if (seat == replica.Seat)
        {
            return (VerdictReason.Equal, standing.Count == 1 ? "It passed every sample." : "The others are compared with it.");
        }

        var distance = pairs[Pair(seat, replica.Seat)];
        return distance.WorstTask is null ? (VerdictReason.Equal, "All bits agree with the reference.")
            : distance.IsWithin ? (VerdictReason.WithinTolerance, $"Farthest at task {distance.WorstTask}: {Describe(distance)}.")
            : (VerdictReason.Undecided, $"Farthest at task {distance.WorstTask}: {Describe(distance)}; executed again, that task does not show who is right.");
    }

    private static string Describe(PairDistance distance) => distance.Mismatch is { } mismatch
        ? Lines.Of(mismatch, LongestDetail)
        : string.Create(CultureInfo.InvariantCulture, $"{distance.ShareOfTolerance:0.###} of the tolerance (relative L2 {distance.RelativeL2:0.0E+0}, scaled maximum {distance.ScaledMaximum:0.0E+0})");

    private ReplicaFinding FindingOf(Replica replica, VerdictReason reason, string detail, int? reference, Dictionary<(int, int), PairDistance> pairs)
    {
        var distance = reference is { } seat && seat != replica.Seat ? pairs.GetValueOrDefault(Pair(seat, replica.Seat)) : PairDistance.None;
        return new ReplicaFinding
        {
            Seat = replica.Seat,
            Provider = replica.Provider,
            DeterminismClass = replica.Class,
            Root = replica.Root,
            Outcome = reason.OutcomeOf(),
            Reason = reason,
            Detail = detail,
            TasksCompared = distance?.WorstTask is null ? 0 : _job.Bundle.Tasks,
            RelativeL2 = new Distance(distance?.RelativeL2 ?? double.PositiveInfinity),
            ScaledMaximum = new Distance(distance?.ScaledMaximum ?? double.PositiveInfinity),
            ShareOfTolerance = new Distance(distance?.ShareOfTolerance ?? double.PositiveInfinity),
            WorstTask = distance?.WorstTask,
        };
    }
}
