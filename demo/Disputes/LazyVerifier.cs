using System.Collections.Immutable;
using Market.Chain;
using Market.Chain.State;
using Market.Jobs.Disputes;
using Market.Jobs.Peers;
using Market.Jobs.Results;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Demo.Disputes;

/// <summary>A verifier that executes nothing: it accepts everybody, and copies a provider's outputs as samples of its own, with witnesses that it made up.</summary>
internal static class LazyVerifier
{
    /// <summary>Gives the verdict, and serves its evidence for as long as the node runs.</summary>
    public static async Task AcceptAllAsync(PeerNode peer, JobId id, CancellationToken cancellationToken)
    {
        var state = await peer.Follower.WaitAsync(s => s.Job(id) is { State: JobState.Verifying } job && s.Block >= job.DrawBlock, cancellationToken).ConfigureAwait(false);
        var job = state.Job(id)!;
        var copied = await CopyAsync(peer, job, cancellationToken).ConfigureAwait(false);
        var seed = await VerifierDraw.SeedAsync(peer, job, cancellationToken).ConfigureAwait(false);
        var evidence = EvidenceOf(peer, job, seed, await VerifierDraw.TasksAsync(peer, job, cancellationToken).ConfigureAwait(false), copied);
        peer.Shelf.Publish(DocumentKind.Evidence, evidence.Digest(), evidence.ToBytes());
        await FalseVerdict.GiveAsync(peer, id, accepts: true, evidence.Digest().ToHash(), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<ResultManifest> CopyAsync(PeerNode peer, JobRecord job, CancellationToken cancellationToken)
    {
        for (var state = peer.Follower.State; ; state = await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false))
        {
            var copied = job.Seats.Select((seat, i) => (seat, i)).First(s => s.seat.HasResult);
            if (PeerAccounts.Find(peer.Node, state, state.Stakes[copied.seat.Provider].NodeKey) is { } source
                && await ReplicaLookup.AskAsync(peer, job, copied.i, source, cancellationToken).ConfigureAwait(false) is { } outputs)
            {
                return outputs.Manifest;
            }
        }
    }

    private static Evidence EvidenceOf(PeerNode peer, JobRecord job, Seed seed, ImmutableArray<int> drawn, ResultManifest copied) => new()
    {
        Version = Evidence.CurrentVersion,
        Chain = (long)peer.Deployment.ChainId,
        Contract = peer.Deployment.Market.ToString().ToLowerInvariant(),
        Job = job.Id,
        Bundle = job.Spec.ToRules().Bundle,
        Verifier = new StakeId(peer.Stake!.Id),
        DeterminismClass = job.Seats.First(s => s.HasResult).Class!.Value.ToId<DeterminismClassId>(),
        Seed = seed,
        Tolerance = Tolerance.Default,
        Replicas = [.. job.Seats.Select((seat, i) => (seat, i)).Where(s => s.seat.HasResult).Select(s => Praise(s.seat, s.i))],
        Samples = [.. drawn.Select(task => new SampleFinding
        {
            Task = task,
            Output = new OutputDigest(copied.Entries[task].Digest.Root.ToArray()),
            Witness = new Witness([.. Enumerable.Range(0, 27).Select(i => i % Witness.NumbersOfValue == 0 ? 5f : i / 10f)]),
            Replicas = [],
        })],
    };

    private static ReplicaFinding Praise(SeatRecord seat, int index) => new()
    {
        Seat = index,
        Provider = new StakeId(seat.Provider),
        DeterminismClass = seat.Class!.Value.ToId<DeterminismClassId>(),
        Root = seat.Root!.Value.ToId<ResultRoot>(),
        Outcome = Outcome.Accept,
        Reason = VerdictReason.Equal,
        Detail = "It passed every sample.",
        TasksCompared = 0,
        RelativeL2 = new Distance(0),
        ScaledMaximum = new Distance(0),
        ShareOfTolerance = new Distance(0),
    };
}
