using System.Globalization;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs;
using Market.Jobs.Disputes;
using Market.Jobs.Peers;
using Market.Jobs.Verification;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Verifier;

/// <summary>One job from a verifier's side: gather, compare, re-execute, publish the evidence, give the verdict, answer for it.</summary>
internal sealed class VerifierJob(PeerNode peer, WebRuntime web, SessionSettings settings, int workers, SemaphoreSlim free, JobId id)
{
    private JobRecord Job => peer.Follower.State.Job(id) ?? throw new JobException($"Job {id} is no longer on chain.");

    private string Name => $"job {PeerNode.Short(Job)}";

    /// <summary>Whether a job wants something of a verifier: a verdict, an answer for the one that its stake gave, or somebody who moves a dispute on.</summary>
    public static bool Concerns(JobRecord job, StakeRecord? stake) =>
        job.State is JobState.Verifying or JobState.Disputed || (!job.IsOver && stake is not null && job.Verifier == stake.Id);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Job.State != JobState.Verifying || await JudgeInTurnAsync(cancellationToken).ConfigureAwait(false))
        {
            await AttendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Judges once the block that draws is there; false if our stake does not suffice.</summary>
    private async Task<bool> JudgeInTurnAsync(CancellationToken cancellationToken)
    {
        var lockNeeded = JobStake.Of(Job.Spec.ToRules()).VerifierLock.Value;
        if (peer.Stake is not { } stake || stake.Free < lockNeeded || !stake.CountsFor(Job))
        {
            peer.Log($"{Name}: not judged, since {lockNeeded} units of stake bonded before its post are needed.");
            return false;
        }

        // The clock that counts is the chain's; this one only ends waiting for somebody who does not answer.
        await peer.Follower.WaitAsync(s => s.Block >= Job.DrawBlock || Job.State != JobState.Verifying, cancellationToken).ConfigureAwait(false);
        await free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await JudgeAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            free.Release();
        }
    }

    private async Task JudgeAsync(CancellationToken cancellationToken)
    {
        if (Job.State != JobState.Verifying)
        {
            return;
        }

        var seed = await peer.Account.Contract.SampleSeedAsync(id, Job.DrawBlock, cancellationToken).ConfigureAwait(false);
        var gathering = GatherAsync(cancellationToken);
        var judge = await JobJudge.OpenAsync(peer, Job, new StakeId(peer.Stake!.Id), web, settings, workers, TimeSpan.FromSeconds(Job.Terms.VerdictWindow), cancellationToken).ConfigureAwait(false);
        await using var _ = judge.ConfigureAwait(false);
        var replicas = await gathering.ConfigureAwait(false);
        JudgedReplicas.Keep(peer, id, replicas);
        var judgement = await judge.JudgeAsync(replicas, seed, cancellationToken).ConfigureAwait(false);
        var evidence = EvidenceOf(judge, seed, judgement);
        foreach (var finding in judgement.Replicas)
        {
            peer.Log($"{Name}: seat {finding.Seat} {finding.Outcome}: {finding.Reason.Explain()} {finding.Detail}");
        }

        await GiveAsync(judgement, evidence, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All replicas; of a provider that serves nothing a leaf is demanded on chain, which it must show or be rejected.</summary>
    private async Task<IReadOnlyList<Replica>> GatherAsync(CancellationToken cancellationToken)
    {
        var job = Job;
        var patience = JobTerms.SafePart(TimeSpan.FromSeconds(job.Terms.VerdictWindow)) / 2;
        var seats = Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].HasResult);
        var replicas = await Task.WhenAll(seats.Select(i => ReplicaGathering.GatherAsync(peer, job, i, patience, cancellationToken))).ConfigureAwait(false);
        for (var i = 0; i < replicas.Length; i++)
        {
            if (replicas[i].Outputs is null)
            {
                replicas[i] = await DemandAsync(replicas[i].Seat, cancellationToken).ConfigureAwait(false);
            }
        }

        return replicas;
    }

    private async Task<Replica> DemandAsync(int seat, CancellationToken cancellationToken)
    {
        await SendWhenEligibleAsync($"demand:{seat}", job => MarketCalls.RequestLeaf(job.Spec, (byte)seat, 0), cancellationToken).ConfigureAwait(false);
        await peer.Follower.WaitAsync(s => s.Job(id) is not { State: JobState.Verifying } job || job.Seats[seat].DemandedTask is not null, cancellationToken).ConfigureAwait(false);
        while (Job is { State: JobState.Verifying } job && job.Seats[seat].DemandedTask is not null)
        {
            var state = peer.Follower.State;
            await peer.KeepAsync(job, state.Time, cancellationToken).ConfigureAwait(false);
            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }

        return await ReplicaGathering.GatherAsync(peer, Job, seat, TimeSpan.FromSeconds(Job.Seats[seat].Unserved ? 0 : 5), cancellationToken).ConfigureAwait(false);
    }

    private Evidence EvidenceOf(JobJudge judge, Seed seed, Judgement judgement) => new()
    {
        Version = Evidence.CurrentVersion,
        Chain = (long)peer.Deployment.ChainId,
        Contract = peer.Deployment.Market.ToString().ToLowerInvariant(),
        Job = id,
        Bundle = judge.Data.Spec.Bundle,
        Verifier = new StakeId(peer.Stake!.Id),
        DeterminismClass = judge.Class,
        Seed = seed,
        Tolerance = judge.Data.Bundle.Tolerance,
        Reference = judgement.Reference,
        Replicas = judgement.Replicas,
        Samples = judgement.Samples,
    };

    private async Task GiveAsync(Judgement judgement, Evidence evidence, CancellationToken cancellationToken)
    {
        var bytes = evidence.ToBytes();
        var digest = evidence.Digest();
        var folder = Directory.CreateDirectory(Path.Combine(peer.DataFolder, "evidence")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, digest.Value + ".json"), bytes, cancellationToken).ConfigureAwait(false);
        peer.Shelf.Publish(DocumentKind.Evidence, digest, bytes);
        await SendWhenEligibleAsync(
            "verdict",
            job => MarketCalls.Verdict(job.Spec, judgement.Mask(Outcome.Accept), judgement.Mask(Outcome.Reject), digest.ToHash(), judgement.Tasks),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends once our ticket is drawn; not at all if somebody else was first.</summary>
    private async Task SendWhenEligibleAsync(string intent, Func<JobRecord, byte[]> call, CancellationToken cancellationToken)
    {
        while (Job is { State: JobState.Verifying } job)
        {
            var state = peer.Follower.State;
            try
            {
                await peer.Account.SendAsync(
                    string.Create(CultureInfo.InvariantCulture, $"{intent}:{id}:{state.Block}"), call(job), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MarketRefusedException e) when (e.Error is MarketError.NotEligible or MarketError.LeafPending or MarketError.JobInState)
            {
                await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Answers for our verdict, and moves the job on in the end if nobody else does: our own stake is locked too.</summary>
    private async Task AttendAsync(CancellationToken cancellationToken)
    {
        const ulong LastInLine = 25;
        var defence = new Defence(peer, web, id, seat: null);
        while (!Job.IsOver)
        {
            var state = peer.Follower.State;
            if (Job.Verifier == peer.Stake?.Id)
            {
                await defence.StepAsync(cancellationToken).ConfigureAwait(false);
            }

            await peer.KeepAsync(Job, state.Time - LastInLine, cancellationToken).ConfigureAwait(false);
            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }

        peer.Store.Unpin(PeerNode.Holder(Job));
    }
}
