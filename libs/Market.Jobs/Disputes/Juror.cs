using Market.Jobs.Execution;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Onnx.Reading;

namespace Market.Jobs.Disputes;

/// <summary>Computes a juror's vote from what the canonical referee gives: no opinion, so that every honest juror votes the same.</summary>
/// <remarks>docs/referee.md tells the rules for people. Outputs that nobody shows count as wrong: whoever is paid for them must keep them.</remarks>
/// <param name="verdict">The contested verdict.</param>
/// <param name="model">The job's model: where it has ties, differing whole numbers accuse nobody.</param>
/// <param name="witnessed">The model that shows what the verdict's verifier has to have seen.</param>
/// <param name="referee">The canonical referee on the job, running that model.</param>
public sealed class Juror(ContestedVerdict verdict, ModelDescription model, WitnessedModel witnessed, Referee referee)
{
    /// <summary>How many times the tolerance a seat must be off before the verifier that accepted it is at fault: it ran on another machine.</summary>
    public const double VerifierSlack = 1.5;

    private readonly ResultComparison _comparison = new(verdict.Job.Bundle, model);

    /// <summary>Answers every point; a task is executed once, however many points are about it.</summary>
    /// <exception cref="JobException">A task that decides has no canonical result here, since a limit was hit, or the job allows certain
    /// determinism classes only: no vote then.</exception>
    /// <exception cref="Content.ContentException">An input of the job is not in the store.</exception>
    public async Task<JurorVote> VoteAsync(IReadOnlyList<ContestedPoint> points, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (!verdict.Job.Bundle.Runtime.Classes.IsEmpty)
        {
            throw new JobException("The job wants the bits of certain determinism classes, about which the canonical referee says nothing.");
        }

        var findings = new PointFinding[points.Count];
        foreach (var same in Enumerable.Range(0, points.Count).GroupBy(i => TaskOf(points[i])))
        {
            var canonical = same.Key is { } task ? await ExecuteAsync(task, cancellationToken).ConfigureAwait(false) : null;
            foreach (var i in same)
            {
                findings[i] = await FindAsync(points[i], same.Key, canonical, cancellationToken).ConfigureAwait(false);
            }
        }

        return new JurorVote([.. findings]);
    }

    /// <summary>The task that a point has executed; none where the job has no such task, or the verifier did not have to execute it.</summary>
    private int? TaskOf(ContestedPoint point) =>
        point.Task < verdict.Job.Bundle.Tasks && (point.Subject != DisputeSubject.Verifier || verdict.Drawn.Contains((int)point.Task)) ? (int)point.Task : null;

    private async Task<Execution> ExecuteAsync(int task, CancellationToken cancellationToken)
    {
        try
        {
            return new Execution(await referee.RunAsync(task, cancellationToken).ConfigureAwait(false), null);
        }
        catch (JobException e)
        {
            return new Execution(null, e);
        }
    }

    private async Task<PointFinding> FindAsync(ContestedPoint point, int? task, Execution? execution, CancellationToken cancellationToken)
    {
        if (task is not { } executed || execution is null)
        {
            return point.Subject == DisputeSubject.Verifier && !verdict.HasOwnEvidence ? NoEvidence(default)
                : new PointFinding(false, default, $"Task {point.Task} is none that decides about {point.Subject}.");
        }

        if (point.Subject == DisputeSubject.Verifier)
        {
            return await FindVerifierAsync(executed, execution, cancellationToken).ConfigureAwait(false);
        }

        var own = execution.Result ?? throw execution.Trouble!;
        var outputs = await verdict.FindOutputs(point.Seat, executed, cancellationToken).ConfigureAwait(false);
        if (outputs is null)
        {
            return new PointFinding(true, own.Digest.Root, $"Nobody shows the outputs of seat {point.Seat} for task {executed}.");
        }

        var distance = _comparison.Between(own, outputs);
        var wrong = point.Subject == DisputeSubject.RefusedSeat ? !distance.IsWithin : distance.IsFraud;
        return new PointFinding(wrong, own.Digest.Root, $"Seat {point.Seat}, task {executed}: {distance.InWords}.");
    }

    private async Task<PointFinding> FindVerifierAsync(int task, Execution execution, CancellationToken cancellationToken)
    {
        var digest = execution.Result?.Digest.Root ?? default;
        if (!verdict.HasOwnEvidence)
        {
            return NoEvidence(digest);
        }

        var sample = verdict.Evidence!.Samples.FirstOrDefault(sample => sample.Task == task);
        if (execution.Result is not { } own)
        {
            return sample is not null ? throw execution.Trouble! : new PointFinding(false, default, $"Task {task} ends in a limit here too: {execution.Trouble!.Message}");
        }

        if (sample is null)
        {
            return new PointFinding(true, digest, $"Task {task} was drawn, and the evidence has no sample of it.");
        }

        if (witnessed.FaultOf(task, own, sample.Witness) is { } fault)
        {
            return new PointFinding(true, digest, $"The verifier did not execute task {task}. {fault}");
        }

        foreach (var seat in verdict.Accepted)
        {
            // What is withheld now is the seat's fault: the verifier had it.
            if (await verdict.FindOutputs(seat, task, cancellationToken).ConfigureAwait(false) is { } outputs
                && _comparison.Between(own, outputs) is { IsFraud: true } distance && distance.ShareOfTolerance > VerifierSlack)
            {
                return new PointFinding(true, digest, $"The verifier accepted seat {seat} with task {task}: {distance.InWords}.");
            }
        }

        return new PointFinding(false, digest, $"The verifier executed task {task}, as its witness shows, and no seat that it accepted is off by more than {VerifierSlack} of the tolerance.");
    }

    private PointFinding NoEvidence(Onnx.Digests.Digest digest) =>
        new(true, digest, verdict.Evidence is null ? "Nobody shows the evidence." : "The evidence is of another job or draw.");

    /// <summary>What the referee gave: a result, or why there is none.</summary>
    private sealed record Execution(TaskResult? Result, JobException? Trouble);
}
