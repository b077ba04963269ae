using System.Collections.Immutable;
using Market.Chain.State;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Verification;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Disputes;

/// <summary>One contested job with everything that is needed to answer the points of its dispute, by a juror or by a party.</summary>
public sealed class Hearing : IAsyncDisposable
{
    private readonly PeerNode _peer;
    private readonly JobData _data;
    private readonly ModelDescription _model;
    private readonly Seed _seed;
    private readonly WitnessedModel _witnessed;
    private readonly Referee _referee;

    private Hearing(PeerNode peer, JobData data, ModelDescription model, Seed seed, WitnessedModel witnessed, Referee referee) =>
        (_peer, _data, _model, _seed, _witnessed, _referee) = (peer, data, model, seed, witnessed, referee);

    /// <summary>Fetches what the job is made of. The referee starts with the first task.</summary>
    /// <param name="peer">Our node.</param>
    /// <param name="web">The canonical referee.</param>
    /// <param name="job">The job, with a verdict.</param>
    /// <param name="patience">How long it is tried.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Content.ContentException">The data is nowhere to be had, or does not fit here.</exception>
    /// <exception cref="JobException">The bundle is unsound.</exception>
    /// <exception cref="OnnxModelException">The model is.</exception>
    public static async Task<Hearing> PrepareAsync(PeerNode peer, WebRuntime web, JobRecord job, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(job);
        var seed = await VerifierDraw.SeedAsync(peer, job, cancellationToken).ConfigureAwait(false);
        var data = await peer.FetchJobAsync(job, patience, cancellationToken).ConfigureAwait(false);
        var model = await data.ExportModelAsync(Path.Combine(peer.DataFolder, "models"), cancellationToken).ConfigureAwait(false);
        var witnessed = await WitnessedModel.WriteAsync(model, job.Id, new StakeId(job.Verifier), cancellationToken).ConfigureAwait(false);
        return new Hearing(peer, data, ModelReader.Read(model), seed, witnessed, new Referee(data, witnessed.Path, web));
    }

    /// <summary>What a seat's provider would contest if the verdict did not accept it; null if it did, or if the provider withheld a demanded leaf.</summary>
    public static ContestedPoint? PointOf(JobRecord job, int seat)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Seats[seat] is { HasResult: true, Unserved: false, Outcome: Outcome.Refuse or Outcome.Reject } ? PointOf(job, (byte)seat, 0) : null;
    }

    /// <summary>The points of a job's dispute in the words of a juror.</summary>
    public static ImmutableArray<ContestedPoint> PointsOf(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return [.. (job.Dispute?.Points ?? []).Select(point => PointOf(job, point.Subject, point.Task))];
    }

    /// <summary>The part of a job's present time that an honest node dares to use, by the chain's clock.</summary>
    public static TimeSpan TimeLeft(MarketState state, JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(job);
        return JobTerms.SafePart(TimeSpan.FromSeconds(Math.Max(1, job.Deadline - (double)state.Time)));
    }

    /// <summary>Answers points of the job's dispute.</summary>
    /// <param name="job">The job as it stands.</param>
    /// <param name="points">The points.</param>
    /// <param name="patience">How long outputs and evidence that nobody shows are looked for, each.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="JobException">A task that decides has no canonical result here.</exception>
    /// <exception cref="Content.ContentException">Something does not fit into the store.</exception>
    public async Task<JurorVote> AnswerAsync(JobRecord job, IReadOnlyList<ContestedPoint> points, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(points);
        var evidence = points.Any(p => p.Subject == DisputeSubject.Verifier) ? await FindEvidenceAsync(job, patience, cancellationToken).ConfigureAwait(false) : null;
        var others = (job.Dispute?.Points ?? []).Select(p => p.Challenger).Distinct().ToList();
        var verdict = new ContestedVerdict(
            _data, job.Id, _seed, job.Check, [.. Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].Outcome == Outcome.Accept)], evidence,
            (seat, task, stop) => ReplicaLookup.FindTaskAsync(_peer, job, seat, task, others, patience, stop));
        return await new Juror(verdict, _model, _witnessed, _referee).VoteAsync(points, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the referee.</summary>
    public async ValueTask DisposeAsync()
    {
        await _referee.DisposeAsync().ConfigureAwait(false);
        _witnessed.Dispose();
    }

    private static ContestedPoint PointOf(JobRecord job, byte subject, uint task) => subject == Chain.State.DisputePoint.Verifier
        ? new ContestedPoint(DisputeSubject.Verifier, -1, task)
        : job.Seats[subject] switch
        {
            { Outcome: Outcome.Accept } => new ContestedPoint(DisputeSubject.AcceptedSeat, subject, task),
            { Outcome: Outcome.Reject, DecidingTask: var named } => new ContestedPoint(DisputeSubject.RejectedSeat, subject, named ?? uint.MaxValue),
            { DecidingTask: var named } => new ContestedPoint(DisputeSubject.RefusedSeat, subject, named ?? uint.MaxValue),
        };

    private async Task<Evidence?> FindEvidenceAsync(JobRecord job, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            while (true)
            {
                var state = _peer.Follower.State;
                if (await EvidenceLookup.FindAsync(_peer, job, limit.Token).ConfigureAwait(false) is { } evidence)
                {
                    return evidence;
                }

                await _peer.Follower.NextAsync(state, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
