using System.Collections.Concurrent;
using Market.Chain.State;
using Market.Content.Storage;
using Market.Jobs.Peers;
using Market.Protocol.Ids;

namespace Market.Web.Hosting;

/// <summary>Offers the data of jobs that are bought on these pages, from before their post until a while after their end. Thread-safe.</summary>
internal sealed class JobHost
{
    /// <summary>How long a job's data stays after its end.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(7);

    /// <summary>How long a job's data waits for its post.</summary>
    public static readonly TimeSpan KeptUnposted = TimeSpan.FromDays(1);

    private const long NoticeSeconds = 3600;
    private readonly string _folder;
    private readonly ConcurrentDictionary<ContentDigest, HostedJob> _jobs;

    /// <param name="data">Where this server keeps its data.</param>
    public JobHost(string data)
    {
        data = Path.GetFullPath(data);
        Blobs = Path.Combine(data, "blobs");
        Uploads = Path.Combine(data, "uploads");
        // What people upload is theirs: other accounts of this machine need not read it.
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(data);
        }
        else
        {
            Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        _folder = Directory.CreateDirectory(Path.Combine(data, "jobs")).FullName;
        _jobs = new(HostedJob.LoadAll(_folder).Select(job => KeyValuePair.Create(job.Digest, job)));
    }

    /// <summary>Where blobs are.</summary>
    public string Blobs { get; }

    /// <summary>Where files of people are.</summary>
    public string Uploads { get; }

    /// <summary>The most room that blobs may take.</summary>
    public long StoreBytes { get; init; } = 20L << 30;

    /// <summary>Whether this server's node dials private networks on any chain.</summary>
    public bool DialsPrivate { get; init; }

    /// <summary>The job of a bundle; null if this server does not offer it.</summary>
    public HostedJob? Find(ContentDigest bundle) => _jobs.GetValueOrDefault(bundle);

    /// <summary>Whether an upload session's files are needed still.</summary>
    public bool Keeps(string token) => _jobs.Values.Any(job => job.Token == token);

    /// <summary>Keeps a job's data and offers it to everybody.</summary>
    /// <exception cref="Content.ContentException">The disk is full.</exception>
    public void Add(PeerNode peer, HostedJob job)
    {
        foreach (var blob in job.ContentIds)
        {
            peer.Store.Pin(blob, job.Bundle);
        }

        job.Save(_folder);
        _jobs[job.Digest] = job;
        peer.Shelf.Publish(job.ContentIds);
    }

    /// <summary>Whether all of a job's data is here.</summary>
    public static async Task<bool> IsWholeAsync(PeerNode peer, HostedJob job, CancellationToken cancellationToken)
    {
        foreach (var blob in job.ContentIds)
        {
            if (!await peer.Store.ContainsAsync(blob, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Offers all that is kept, and keeps in touch with those who may take it, until it is stopped.</summary>
    public async Task RunAsync(PeerNode peer, CancellationToken cancellationToken)
    {
        foreach (var job in _jobs.Values)
        {
            peer.Shelf.Publish(job.ContentIds);
        }

        var reach = new Reach(peer);
        while (true)
        {
            var state = peer.Follower.State;
            reach.Dial(state, cancellationToken);
            Review(peer.Store, state);
            await peer.Follower.NextAsync(state, cancellationToken);
        }
    }

    /// <summary>Notes which jobs are needed, and lets go of those that were not for long.</summary>
    private void Review(BlobStore store, MarketState state)
    {
        if (_jobs.IsEmpty)
        {
            return;
        }

        var running = state.Jobs.Values.Where(j => !j.IsOver).Select(j => j.Spec.Bundle.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var job in _jobs.Values)
        {
            var needed = running.Contains(job.Bundle);
            if (needed && (!job.Posted || job.NeededAt + NoticeSeconds < (long)state.Time))
            {
                var seen = job with { NeededAt = (long)state.Time, Posted = true };
                seen.Save(_folder);
                _jobs[job.Digest] = seen;
            }
            else if (!needed && job.NeededAt + (long)(job.Posted ? KeptAfterEnd : KeptUnposted).TotalSeconds < (long)state.Time)
            {
                Forget(store, job);
            }
        }
    }

    private void Forget(BlobStore store, HostedJob job)
    {
        _jobs.TryRemove(job.Digest, out _);
        store.Unpin(job.Bundle);
        job.Delete(_folder);
        var files = Path.Combine(Uploads, job.Token);
        if (!Keeps(job.Token) && Directory.Exists(files))
        {
            Directory.Delete(files, recursive: true);
        }
    }
}
