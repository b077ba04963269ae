using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Content;
using Market.Jobs.Peers;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Jobs.Disputes;

/// <summary>Stands up for one's own seat, or one's own verdict, where the canonical referee agrees with it: contests, and appeals.</summary>
/// <remarks>Not thread-safe: <see cref="StepAsync"/> is called with every block, and does each thing once.</remarks>
/// <param name="peer">Our node.</param>
/// <param name="web">The canonical referee.</param>
/// <param name="id">The job.</param>
/// <param name="seat">Our seat; null for whoever gave the verdict.</param>
public sealed class Defence(PeerNode peer, WebRuntime web, JobId id, int? seat)
{
    private readonly HashSet<byte> _heard = [];
    private bool _contested;

    private JobRecord Job => peer.Follower.State.Job(id) ?? throw new JobException($"Job {id} is no longer on chain.");

    /// <summary>Contests a verdict that does not accept our seat, and appeals against a committee, if the referee says otherwise about us.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ContestAsync(cancellationToken).ConfigureAwait(false);
            await AppealAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JobException or ContentException or WorkerException or OnnxModelException)
        {
            peer.Log($"{Name}: not contested, since it cannot be executed here: {e.Message}");
        }
        catch (MarketRefusedException e)
        {
            peer.Log($"{Name}: not contested: {e.Message}");
        }
    }

    private string Name => $"job {PeerNode.Short(Job)}";

    private async Task ContestAsync(CancellationToken cancellationToken)
    {
        var job = Job;
        var open = job.State == JobState.Paid || job is { State: JobState.Disputed, Dispute.Phase: DisputePhase.Filing };
        if (!open || _contested || seat is not { } ours || Hearing.PointOf(job, ours) is not { } point || point.Task >= job.Spec.Tasks)
        {
            return;
        }

        _contested = true;
        var vote = await AnswerAsync(job, [point], cancellationToken).ConfigureAwait(false);
        peer.Log($"{Name}: the verdict does not accept our seat; the canonical referee {(vote.Wrong == 0 ? "does, so it is contested" : "finds the same")}. {vote.Points[0].Why}");
        if (vote.Wrong == 0)
        {
            await peer.Account.SendAsync($"challenge:{id}:{ours}:{point.Task}", MarketCalls.Challenge(job.Spec, (byte)ours, point.Task), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AppealAsync(CancellationToken cancellationToken)
    {
        var job = Job;
        if (job is not { State: JobState.Disputed, Dispute: { Phase: DisputePhase.Decided } dispute } || !_heard.Add(dispute.Round)
            || dispute.Decisions.LastOrDefault(word => word is not null) is not { } said)
        {
            return;
        }

        var points = Hearing.PointsOf(job);
        var ours = Enumerable.Range(0, points.Length).Where(i => Concerns(points[i])).ToList();
        if (ours.Count == 0)
        {
            return;
        }

        var vote = await AnswerAsync(job, [.. ours.Select(i => points[i])], cancellationToken).ConfigureAwait(false);
        if (ours.Where((point, i) => vote.Points[i].Wrong != ((said >> point & 1) == 1)).Any())
        {
            peer.Log($"{Name}: committee {dispute.Round} errs about us, which is appealed: {string.Join(' ', vote.Points.Select(p => p.Why))}");
            await peer.Account.SendAsync($"appeal:{id}:{dispute.Round}", MarketCalls.Appeal(job.Spec), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A seat answers for itself; a verifier for its work, and for whom it did not accept.</summary>
    private bool Concerns(ContestedPoint point) => seat is { } ours ? point.Seat == ours : point.Subject != DisputeSubject.AcceptedSeat;

    private async Task<JurorVote> AnswerAsync(JobRecord job, IReadOnlyList<ContestedPoint> points, CancellationToken cancellationToken)
    {
        var patience = Hearing.TimeLeft(peer.Follower.State, job) / 4;
        var hearing = await Hearing.PrepareAsync(peer, web, job, patience, cancellationToken).ConfigureAwait(false);
        await using var _ = hearing.ConfigureAwait(false);
        return await hearing.AnswerAsync(job, points, patience, cancellationToken).ConfigureAwait(false);
    }
}
