using System.Collections.Concurrent;
using Market.Chain;
using Market.Chain.State;
using Market.Content;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Providers;

namespace Market.Jobs.Peers;

/// <summary>What this node hands out, and to whom: what jobs are made of to everybody, outputs to those who judge or bought them first.</summary>
/// <remarks>
/// Outputs leave once all results of the job are on chain and as deep as a draw, since whoever saw one before could copy it.
/// After the verdict everybody may have them, since everybody may check it.
/// </remarks>
/// <param name="follower">Knows how far each job is.</param>
public sealed class Shelf(MarketFollower follower)
{
    private readonly ConcurrentDictionary<ContentId, byte> _public = new();
    private readonly ConcurrentDictionary<ContentId, ConcurrentDictionary<JobId, byte>> _outputs = new();
    private readonly ConcurrentDictionary<ResultRoot, ConcurrentDictionary<JobId, byte[]>> _results = new();
    private readonly ConcurrentDictionary<(DocumentKind Kind, Bytes32 Digest), byte[]> _documents = new();

    private readonly ConcurrentDictionary<JobId, RunningReplica> _running = new();

    private volatile Func<NodeStatus>? _status;
    private volatile Func<RefusedJobs>? _refused;

    /// <summary>Lets everybody ask how this node stands.</summary>
    /// <param name="status">Its status now.</param>
    /// <param name="refused">Which jobs it did not take; null to keep that to itself.</param>
    public void Tell(Func<NodeStatus> status, Func<RefusedJobs>? refused = null) => (_status, _refused) = (status, refused);

    /// <summary>Lets everybody ask how far this node is with a job, until what is returned is disposed of.</summary>
    /// <param name="job">The job.</param>
    /// <param name="tasks">How many tasks it has.</param>
    public RunningReplica Begin(JobId job, int tasks)
    {
        var running = new RunningReplica(tasks, ended => _running.TryRemove(KeyValuePair.Create(job, ended)));
        _running[job] = running;
        return running;
    }

    /// <summary>Lets everybody fetch blobs.</summary>
    public void Publish(IEnumerable<ContentId> blobs)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        foreach (var blob in blobs)
        {
            _public[blob] = 0;
        }
    }

    /// <summary>Lets everybody have a profile or evidence by its digest.</summary>
    public void Publish(DocumentKind kind, ContentDigest digest, byte[] document) => _documents[(kind, digest.Value)] = document;

    /// <summary>Lets those who may have a job's outputs fetch them, once they may.</summary>
    /// <param name="job">The job.</param>
    /// <param name="manifest">A replica that this node holds: its own, or one that it judges.</param>
    public void Offer(JobId job, ResultManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        foreach (var blob in manifest.Entries.Select(e => e.Outputs).OfType<Protocol.Bundles.BlobReference>())
        {
            _outputs.GetOrAdd(blob.ToContentId(), _ => new())[job] = 0;
        }

        _results.GetOrAdd(manifest.Root, _ => new())[job] = manifest.ToBytes();
    }

    /// <summary>The manifest of a replica that this node holds, or null.</summary>
    public byte[]? Held(ResultRoot root) => _results.TryGetValue(root, out var jobs) ? jobs.Values.FirstOrDefault() : null;

    /// <summary>Whether a peer may have a blob now.</summary>
    public ValueTask<bool> MayFetchAsync(PeerId peer, ContentId id, CancellationToken cancellationToken) =>
        new(_public.ContainsKey(id) || (_outputs.TryGetValue(id, out var jobs) && jobs.Keys.Any(job => MayHaveOutputs(peer, job))));

    /// <summary>A document for a peer, or null.</summary>
    public Task<byte[]?> FindAsync(PeerId peer, DocumentKind kind, Bytes32 id, CancellationToken cancellationToken) => Task.FromResult(
        kind == DocumentKind.Result
            ? _results.TryGetValue(new ResultRoot(id), out var jobs) ? jobs.Where(job => MayHaveOutputs(peer, job.Key)).Select(job => job.Value).FirstOrDefault() : null
            : kind == DocumentKind.Status ? _status?.Invoke().ToBytes()
            : kind == DocumentKind.Refused ? _refused?.Invoke().ToBytes()
            : kind == DocumentKind.Progress ? _running.GetValueOrDefault(new JobId(id))?.Look().ToBytes()
            : _documents.GetValueOrDefault((kind, id)));

    private bool MayHaveOutputs(PeerId peer, JobId id)
    {
        var state = follower.State;
        if (state.Job(id) is not { } job || job.IsJudged || PeerAccounts.AccountOf(peer) is not { } account)
        {
            return state.Job(id) is { IsJudged: true };
        }

        var released = job.State == JobState.Verifying && state.Block >= job.DrawBlock;
        return released && (account == job.Spec.Requester || state.StakeOfNode(account) is { Role: StakeRole.Verifier, Slashed: false, Amount: > 0 });
    }
}
