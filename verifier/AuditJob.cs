using System.Collections.Immutable;
using System.Globalization;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs;
using Market.Jobs.Disputes;
using Market.Jobs.Peers;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Verifier;

/// <summary>
/// One verdict that is drawn for an audit: other samples are executed, and what was accepted and is wrong is contested; so is a verifier
/// that is silent, or whose witnesses show that it did not execute.
/// </summary>
internal sealed class AuditJob(PeerNode peer, WebRuntime web, SessionSettings settings, int workers, SemaphoreSlim free, JobId id)
{
    private JobRecord Job => peer.Follower.State.Job(id) ?? throw new JobException($"Job {id} is no longer on chain.");

    private string Name => $"job {PeerNode.Short(Job)}, audit";

    /// <summary>Whether a verdict may be drawn for an audit by a stake.</summary>
    public static bool Concerns(JobRecord job, StakeRecord stake) =>
        CanContest(job) && job.Verifier != 0 && job.Spec.AuditBps > 0 && job.Verifier != stake.Id && stake.CountsFor(job);

    private static bool CanContest(JobRecord job) => job is { State: JobState.Paid } or { State: JobState.Disputed, Dispute.Phase: DisputePhase.Filing };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var drawBlock = Job.DrawBlock;
        await peer.Follower.WaitAsync(s => s.Block >= drawBlock, cancellationToken).ConfigureAwait(false);
        var seed = await peer.Account.Contract.SampleSeedAsync(id, drawBlock, cancellationToken).ConfigureAwait(false);
        if (!AuditDraw.IsDrawn(seed, Job.Spec.ToRules().Audit) || AuditDraw.AuditorOf(peer.Follower.State, Job, seed) != peer.Stake?.Id)
        {
            return;
        }

        await free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await AuditAsync(seed, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }

    private async Task AuditAsync(Seed seed, CancellationToken cancellationToken)
    {
        var job = Job;
        var patience = Hearing.TimeLeft(peer.Follower.State, job) / 4;
        var drawn = await VerifierDraw.TasksAsync(peer, job, cancellationToken).ConfigureAwait(false);
        var evidence = await EvidenceLookup.FindAsync(peer, job, cancellationToken).ConfigureAwait(false);
        var heard = await ContestSilenceAsync(drawn, evidence, cancellationToken).ConfigureAwait(false);
        var seats = Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].Outcome == Outcome.Accept).ToList();
        if (!heard && seats.Count == 0)
        {
            return;
        }

        var judge = await JobJudge.OpenAsync(peer, job, new StakeId(job.Verifier), web, settings, workers, patience, cancellationToken).ConfigureAwait(false);
        await using var _ = judge.ConfigureAwait(false);
        if (heard)
        {
            await CheckVerifierAsync(judge, evidence!, AuditDraw.SamplesOf(seed, drawn), cancellationToken).ConfigureAwait(false);
        }

        if (seats.Count > 0)
        {
            await CheckSeatsAsync(job, judge, seats, seed, patience, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckSeatsAsync(JobRecord job, JobJudge judge, List<int> seats, Seed seed, TimeSpan patience, CancellationToken cancellationToken)
    {
        var replicas = await Task.WhenAll(seats.Select(i => ReplicaGathering.GatherAsync(peer, job, i, patience, cancellationToken))).ConfigureAwait(false);
        JudgedReplicas.Keep(peer, id, replicas);
        var judgement = await judge.JudgeAsync(replicas, seed, cancellationToken).ConfigureAwait(false);
        peer.Log($"{Name}: {judgement.Samples.Length} other tasks executed; {judgement.Replicas.Count(r => r.Outcome == Outcome.Reject)} of {replicas.Length} accepted seats are wrong");
        foreach (var finding in judgement.Replicas.Where(r => r is { Outcome: Outcome.Reject, Task: not null }))
        {
            await ContestAsync((byte)finding.Seat, (uint)finding.Task!, finding.Detail, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A verifier that shows no evidence, or none of a task that it had to execute, has not worked; true if it shows all.</summary>
    private async Task<bool> ContestSilenceAsync(ImmutableArray<int> drawn, Evidence? evidence, CancellationToken cancellationToken)
    {
        var missing = drawn.Where(task => evidence is null || evidence.Samples.All(s => s.Task != task)).Select(task => (int?)task).FirstOrDefault();
        if (missing is { } silent)
        {
            await ContestAsync(DisputePoint.Verifier, (uint)silent, evidence is null ? "Nobody shows the verdict's evidence." : "The evidence has no sample of it.", cancellationToken).ConfigureAwait(false);
        }

        return missing is null && evidence is not null;
    }

    /// <summary>Executes samples of the verifier again: whoever copied outputs shows nothing, or something else, of what the task computes.</summary>
    private async Task CheckVerifierAsync(JobJudge judge, Evidence evidence, ImmutableArray<int> tasks, CancellationToken cancellationToken)
    {
        foreach (var sample in evidence.Samples.Where(s => tasks.Contains(s.Task)))
        {
            if (await judge.FaultOfAsync(sample, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                await ContestAsync(DisputePoint.Verifier, (uint)sample.Task, fault, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        peer.Log($"{Name}: the verifier executed {string.Join(" and ", tasks.Select(task => $"task {task}"))}, as its witnesses show");
    }

    private async Task ContestAsync(byte subject, uint task, string why, CancellationToken cancellationToken)
    {
        if (!CanContest(Job))
        {
            peer.Log($"{Name}: too late to contest {DisputeWords.Of(new DisputePoint(peer.Account.Address, subject, task))}. {why}");
            return;
        }

        try
        {
            var intent = string.Create(CultureInfo.InvariantCulture, $"challenge:{id}:{subject}:{task}");
            await peer.Account.SendAsync(intent, MarketCalls.Challenge(Job.Spec, subject, task), cancellationToken).ConfigureAwait(false);
            peer.Log($"{Name}: contested {DisputeWords.Of(new DisputePoint(peer.Account.Address, subject, task))}. {why}");
        }
        catch (MarketRefusedException e)
        {
            peer.Log($"{Name}: not contested: {e.Message}");
        }
    }
}
