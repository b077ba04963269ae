using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Jobs;
using Market.Jobs.Disputes;
using Market.Jobs.Peers;
using Market.Onnx.Execution;
using Market.Protocol.Draws;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Verifier;

/// <summary>One committee of one dispute from a juror's side: sit down, execute what is contested, vote, open the vote.</summary>
/// <remarks>Every step looks at the chain and the journal first, so that a restart runs the same steps and skips what is done.</remarks>
internal sealed class JurorJob(PeerNode peer, WebRuntime web, VoteJournal votes, SemaphoreSlim executing, JobId id, byte round)
{
    private JobRecord Job => peer.Follower.State.Job(id) ?? throw new JobException($"Job {id} is no longer on chain.");

    private string Name => $"job {PeerNode.Short(Job)}, committee {round}";

    private uint StakeId => peer.Stake?.Id ?? 0;

    /// <summary>Whether this committee of a job's dispute wants something of a stake: a seat to take, or its vote.</summary>
    public static bool Concerns(JobRecord job, StakeRecord stake) => job is { State: JobState.Disputed, Dispute: { } dispute } && stake.Id != job.Verifier
        && (dispute.JurorOf(stake.Id) is { } juror
            ? juror.Round == dispute.Round && !juror.Opened && dispute.Phase is DisputePhase.Seating or DisputePhase.Voting or DisputePhase.Opening
            : dispute.Phase == DisputePhase.Seating && stake.CountsFor(job));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Mine(Job) is null && !await IsDrawnAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (Mine(Job)?.Commitment is null && await SitAndDecideAsync(cancellationToken).ConfigureAwait(false) is { } vote)
        {
            await CommitAsync(vote, cancellationToken).ConfigureAwait(false);
        }

        await OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The dispute while this committee is in one of some phases, or null.</summary>
    private DisputeRecord? InPhase(JobRecord? job, params ReadOnlySpan<DisputePhase> phases) =>
        job is { State: JobState.Disputed, Dispute: { } dispute } && dispute.Round == round && phases.Contains(dispute.Phase) ? dispute : null;

    private JurorRecord? Mine(JobRecord job) => job.Dispute?.JurorOf(StakeId) is { } juror && juror.Round == round ? juror : null;

    /// <summary>Waits until we may sit down; false if we never may, or have not the stake for it.</summary>
    private async Task<bool> IsDrawnAsync(CancellationToken cancellationToken)
    {
        var contract = peer.Account.Contract;
        var lockNeeded = Math.Max(
            JobStake.Of(Job.Spec.ToRules()).VerifierLock.Value, 10 * (await contract.JurorFeeAsync(Job.Spec, cancellationToken).ConfigureAwait(false)).Value * (ulong)Job.Dispute!.Points.Length);
        while (InPhase(Job, DisputePhase.Seating) is not null)
        {
            var state = peer.Follower.State;
            if (peer.Stake is not { } stake || stake.Free < lockNeeded)
            {
                peer.Log($"{Name}: not joined, since {lockNeeded} units of free stake are needed.");
                return false;
            }

            if (state.Time >= Job.Deadline)
            {
                return false;
            }

            if (state.Block >= Job.DrawBlock && await contract.IsEligibleAsync(Job.Spec, stake.Id, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>The vote of an earlier process, or a new one; null if we got no seat.</summary>
    private async Task<(byte Wrong, Hash256 Digest)?> SitAndDecideAsync(CancellationToken cancellationToken)
    {
        if (Mine(Job) is not null && votes.Find(id, round) is { } kept)
        {
            return kept;
        }

        // Who could not look at it does not sit down: an absence costs two fees.
        var hearing = await Hearing.PrepareAsync(peer, web, Job, Hearing.TimeLeft(peer.Follower.State, Job) / 2, cancellationToken).ConfigureAwait(false);
        await using var _ = hearing.ConfigureAwait(false);
        return Mine(Job) is not null || await SitAsync(cancellationToken).ConfigureAwait(false)
            ? await DecideAsync(hearing, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<bool> SitAsync(CancellationToken cancellationToken)
    {
        while (InPhase(Job, DisputePhase.Seating) is not null && Mine(Job) is null)
        {
            var state = peer.Follower.State;
            try
            {
                await SendAsync($"join:{id}:{round}:{state.Block}", MarketCalls.Join(Job.Spec), cancellationToken).ConfigureAwait(false);
            }
            catch (MarketRefusedException e) when (e.Error is MarketError.NotEligible)
            {
                await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
            }
            catch (MarketRefusedException e)
            {
                peer.Log($"{Name}: not joined: {e.Message}");
                return false;
            }
        }

        return Mine(Job) is not null;
    }

    private async Task<(byte Wrong, Hash256 Digest)> DecideAsync(Hearing hearing, CancellationToken cancellationToken)
    {
        await executing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ExecuteAsync(hearing, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            executing.Release();
        }
    }

    private async Task<(byte Wrong, Hash256 Digest)> ExecuteAsync(Hearing hearing, CancellationToken cancellationToken)
    {
        var points = Hearing.PointsOf(Job);
        peer.Log($"{Name}: executes what {points.Length} points are about in the canonical referee");
        var patience = Hearing.TimeLeft(peer.Follower.State, Job) / (2 * points.Length);
        var vote = await hearing.AnswerAsync(Job, points, patience, cancellationToken).ConfigureAwait(false);
        foreach (var (finding, i) in vote.Points.Select((finding, i) => (finding, i)))
        {
            peer.Log($"{Name}: point {i} {(finding.Wrong ? "wrong" : "right")}: {finding.Why}");
        }

        return votes.Keep(id, round, vote);
    }

    private async Task CommitAsync((byte Wrong, Hash256 Digest) vote, CancellationToken cancellationToken)
    {
        var commitment = await peer.Account.Contract.VoteCommitmentAsync(id, round, StakeId, vote.Wrong, vote.Digest, SaltOf(), cancellationToken).ConfigureAwait(false);
        await peer.Follower.WaitAsync(s => InPhase(s.Job(id), DisputePhase.Seating) is null, cancellationToken).ConfigureAwait(false);
        if (InPhase(Job, DisputePhase.Voting) is not null)
        {
            await SendAsync($"vote:{id}:{round}", MarketCalls.Vote(Job.Spec, commitment), cancellationToken).ConfigureAwait(false);
            peer.Log($"{Name}: voted");
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        await peer.Follower.WaitAsync(s => InPhase(s.Job(id), DisputePhase.Seating, DisputePhase.Voting) is null, cancellationToken).ConfigureAwait(false);
        if (InPhase(Job, DisputePhase.Opening) is not null && Mine(Job) is { Commitment: not null, Opened: false } && votes.Find(id, round) is { } vote)
        {
            await SendAsync($"open:{id}:{round}", MarketCalls.OpenVote(Job.Spec, vote.Wrong, vote.Digest, SaltOf()), cancellationToken).ConfigureAwait(false);
            peer.Log($"{Name}: opened its vote");
        }
    }

    private Hash256 SaltOf()
    {
        var deployment = peer.Deployment;
        return new Hash256(SaltDerivation.DeriveVote(peer.Secret(), deployment.ChainId, deployment.Market.ToArray(), id, round).Value.ToArray());
    }

    /// <summary>Sends, and waits until the state shows what came of it.</summary>
    private async Task SendAsync(string key, byte[] call, CancellationToken cancellationToken)
    {
        var receipt = await peer.Account.SendAsync(key, call, cancellationToken).ConfigureAwait(false);
        await peer.Follower.WaitAsync(s => s.Block >= receipt.BlockNumber, cancellationToken).ConfigureAwait(false);
    }
}
