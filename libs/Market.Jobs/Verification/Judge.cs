using System.Collections.Immutable;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Onnx.Reading;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Verification;

/// <summary>Compares the replicas of a job with each other, and samples of them with an execution of its own.</summary>
/// <remarks>
/// The order of what decides: a task that the judge executes itself decides against whoever lies beyond tolerance of it, if the
/// canonical referee finds the same: a committee would go by that. Besides the drawn samples the judge executes the worst task of
/// every pair of replicas that disagree, so that agreement of cheats wins nothing.
/// Among those that are left, the reference is the replica that agrees with most others. docs/protocol.md tells it for people.
/// </remarks>
public sealed class Judge
{
    private readonly JobData _job;
    private readonly Referee _referee;
    private readonly Reexecution _own;
    private readonly WitnessedModel _witnessed;
    private readonly ResultComparison _comparison;

    /// <summary>Prepares to judge a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="model">Its model: where it has ties, differing whole numbers accuse nobody.</param>
    /// <param name="witnessed">The model as executor and referee run it, which shows what witnesses are made of.</param>
    /// <param name="executor">Runs its tasks as ordered.</param>
    /// <param name="referee">Is asked before anybody is accused, and where the executor hits a limit.</param>
    /// <exception cref="JobException">The job allows other classes than the executor's, whose bits say nothing about theirs.</exception>
    public Judge(JobData job, ModelDescription model, WitnessedModel witnessed, IExecutor executor, Referee referee)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(witnessed);
        ArgumentNullException.ThrowIfNull(executor);
        ArgumentNullException.ThrowIfNull(referee);
        if (!job.Bundle.Runtime.Allows(executor.Class))
        {
            throw new JobException($"The job runs in {job.Bundle.Runtime.Classes.Length} determinism classes, and {executor.Class}, in which it would be executed again, is none of them.");
        }

        _job = job;
        _referee = referee;
        _own = new Reexecution(job, executor, referee);
        _witnessed = witnessed;
        _comparison = new ResultComparison(job.Bundle, model);
    }

    /// <summary>Judges.</summary>
    /// <param name="replicas">All replicas with a result, by ascending seat.</param>
    /// <param name="drawn">The tasks that were drawn for re-execution.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Judgement> RunAsync(IReadOnlyList<Replica> replicas, ImmutableArray<int> drawn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        var served = new SortedDictionary<int, Replica>(replicas.Where(r => r.Outputs is not null).ToDictionary(r => r.Seat));
        var faults = new Dictionary<int, (int Task, string Why)>();
        var pairs = await CompareAsync(served, faults, cancellationToken).ConfigureAwait(false);
        var disputed = pairs.Values.Where(p => !p.IsWithin).Select(p => p.WorstTask).OfType<int>();
        var samples = new List<SampleFinding>();
        var differs = new Dictionary<int, Difference>();
        var tasks = drawn.Concat(disputed).Distinct().Order().ToList();
        foreach (var task in tasks)
        {
            if (await SampleAsync(task, served, faults, differs, cancellationToken).ConfigureAwait(false) is { } sample)
            {
                samples.Add(sample);
            }
        }

        await ConfirmAsync(served, differs, cancellationToken).ConfigureAwait(false);
        var standing = served.Keys.Where(seat => !faults.ContainsKey(seat) && !differs.ContainsKey(seat)).ToList();
        var reference = ReferenceOf(standing, pairs);
        int? nothingExecuted = samples.Count == 0 && tasks.Count > 0 ? tasks[0] : null;
        var findings = replicas.Select(replica =>
            FindingOf(replica, Decide(replica, faults, differs, nothingExecuted, standing, reference, pairs), reference, pairs));
        return new Judgement(reference, [.. findings], [.. samples]);
    }

    private static (int, int) Pair(int a, int b) => a < b ? (a, b) : (b, a);

    /// <summary>Every pair of replicas over all tasks; tasks one after the other, so that few outputs are in memory.</summary>
    private async Task<Dictionary<(int, int), PairDistance>> CompareAsync(
        SortedDictionary<int, Replica> served, Dictionary<int, (int Task, string Why)> faults, CancellationToken cancellationToken)
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
                    pairs[pair] = pairs[pair].With(task, _comparison.Between(first, second));
                }
            }
        }

        return pairs;
    }

    private static async Task<TaskResult?> ReadAsync(Replica replica, int task, Dictionary<int, (int Task, string Why)> faults, CancellationToken cancellationToken)
    {
        try
        {
            return await replica.Outputs!.ReadAsync(task, cancellationToken).ConfigureAwait(false);
        }
        catch (JobException e)
        {
            faults[replica.Seat] = (task, e.Message);
            return null;
        }
    }

    private async Task<SampleFinding?> SampleAsync(
        int task, SortedDictionary<int, Replica> served, Dictionary<int, (int Task, string Why)> faults, Dictionary<int, Difference> differs,
        CancellationToken cancellationToken)
    {
        if (await _own.RunAsync(task, cancellationToken).ConfigureAwait(false) is not { } own)
        {
            return null;
        }

        var distances = new List<SampleDistance>();
        foreach (var replica in served.Values.Where(r => !faults.ContainsKey(r.Seat)))
        {
            if (await ReadAsync(replica, task, faults, cancellationToken).ConfigureAwait(false) is not { } result)
            {
                continue;
            }

            var distance = _comparison.Between(own, result);
            if (!distance.IsWithin && (!differs.TryGetValue(replica.Seat, out var worst) || distance.IsWorseThan(worst.Distance)))
            {
                differs[replica.Seat] = new Difference(task, distance, null);
            }

            distances.Add(new SampleDistance(
                replica.Seat, new OutputDigest(result.Digest.Root.ToArray()), new Distance(distance.RelativeL2), new Distance(distance.ScaledMaximum)));
        }

        return new SampleFinding { Task = task, Output = new OutputDigest(own.Digest.Root.ToArray()), Witness = _witnessed.Of(task, own), Replicas = distances };
    }

    /// <summary>Asks the referee about every difference that would be called fraud, unless the job wants the bits of other classes than the referee's.</summary>
    private async Task ConfirmAsync(SortedDictionary<int, Replica> served, Dictionary<int, Difference> differs, CancellationToken cancellationToken)
    {
        if (!_job.Bundle.Runtime.Classes.IsEmpty)
        {
            return;
        }

        var check = new CanonicalCheck(_referee, _comparison);
        foreach (var (seat, found) in differs.Where(d => d.Value.Distance.IsFraud).ToList())
        {
            var claimed = await served[seat].Outputs!.ReadAsync(found.Task, cancellationToken).ConfigureAwait(false);
            differs[seat] = found with { Doubt = await check.DoubtAsync(found.Task, claimed, cancellationToken).ConfigureAwait(false) };
        }
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

    private static Decision Decide(
        Replica replica, Dictionary<int, (int Task, string Why)> faults, Dictionary<int, Difference> differs, int? nothingExecuted, List<int> standing,
        int? reference, Dictionary<(int, int), PairDistance> pairs)
    {
        if (replica.Outputs is null)
        {
            return replica.Unserved
                ? new(VerdictReason.NotServed, "It served no outputs, and no demanded leaf in time.", null)
                : new(VerdictReason.NotExecutable, "Its outputs could not be fetched, although it showed a demanded leaf.", 0);
        }

        if (faults.TryGetValue(replica.Seat, out var fault))
        {
            return new(VerdictReason.Malformed, fault.Why, fault.Task);
        }

        if (differs.TryGetValue(replica.Seat, out var found))
        {
            return found.Decide();
        }

        // Of a few tasks the draw may take none: then agreement alone decides.
        if (nothingExecuted is { } first)
        {
            return new(VerdictReason.NotExecutable, "None of the drawn tasks could be executed again.", first);
        }

        if (reference is not { } seat)
        {
            var farthest = pairs.Where(p => p.Key.Item1 == replica.Seat || p.Key.Item2 == replica.Seat).MaxBy(p => p.Value.ShareOfTolerance).Value;
            return new(VerdictReason.NoReference, $"{standing.Count} replicas passed the samples, and no two of them agree.", farthest.WorstTask);
        }

        if (seat == replica.Seat)
        {
            return new(VerdictReason.Equal, standing.Count == 1 ? "It passed every sample." : "The others are compared with it.", null);
        }

        var distance = pairs[Pair(seat, replica.Seat)];
        return distance.WorstTask is null ? new(VerdictReason.Equal, "All bits agree with the reference.", null)
            : distance.IsWithin ? new(VerdictReason.WithinTolerance, $"Farthest at task {distance.WorstTask}: {distance.InWords}.", null)
            : new(VerdictReason.Undecided, $"Farthest at task {distance.WorstTask}: {distance.InWords}; executed again, that task does not show who is right.", distance.WorstTask);
    }

    private ReplicaFinding FindingOf(Replica replica, Decision decision, int? reference, Dictionary<(int, int), PairDistance> pairs)
    {
        var distance = reference is { } seat && seat != replica.Seat ? pairs.GetValueOrDefault(Pair(seat, replica.Seat)) : PairDistance.None;
        return new ReplicaFinding
        {
            Seat = replica.Seat,
            Provider = replica.Provider,
            DeterminismClass = replica.Class,
            Root = replica.Root,
            Outcome = decision.Reason.OutcomeOf(),
            Reason = decision.Reason,
            Detail = decision.Detail,
            Task = decision.Task,
            TasksCompared = distance?.WorstTask is null ? 0 : _job.Bundle.Tasks,
            RelativeL2 = new Distance(distance?.RelativeL2 ?? double.PositiveInfinity),
            ScaledMaximum = new Distance(distance?.ScaledMaximum ?? double.PositiveInfinity),
            ShareOfTolerance = new Distance(distance?.ShareOfTolerance ?? double.PositiveInfinity),
            WorstTask = distance?.WorstTask,
        };
    }
}
