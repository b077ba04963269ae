using System.Globalization;
using Market.Apps;
using Market.Chain.State;
using Market.Content;
using Market.Jobs;
using Market.Jobs.Results;
using Market.Libp2p;
using Market.Onnx.Tensors;
using Market.Protocol.Jobs;

namespace Market.Web.Outputs;

/// <summary>Outputs of judged jobs, fetched from their providers and checked against the accepted root. A few are kept. Thread-safe.</summary>
/// <param name="watch">Knows the market, and has the node that fetches.</param>
internal sealed class OutputShelf(MarketWatch watch) : IDisposable
{
    /// <summary>The most bytes of outputs that are fetched for somebody who looks; more is for <c>market job result</c>.</summary>
    public const long MostBytes = 2L << 30;

    /// <summary>The most bytes of outputs that are read to be shown.</summary>
    public const long MostShown = 256L << 20;

    private const int Places = 32;
    private readonly SemaphoreSlim _turns = new(2);
    private readonly LinkedList<(JobRecord Job, ReplicaOutputs Outputs, int Place)> _held = [];
    private readonly Lock _lock = new();
    private readonly HashSet<int> _filling = [];
    private object? _store;

    /// <summary>A job's outputs, all of them in this server's store.</summary>
    /// <exception cref="JobException">They are not to be had; the message says why.</exception>
    public async Task<ReplicaOutputs> GetAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (!job.Seats.Any(s => s.Outcome == Outcome.Accept))
        {
            throw new JobException($"Job {job.Id} is {job.State} and no replica was accepted: there is no result.");
        }

        if (Held(job) is { } held)
        {
            return held;
        }

        await _turns.WaitAsync(cancellationToken);
        try
        {
            return Held(job) ?? await FetchAsync(job, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>The outputs of all tasks of some jobs; null for a task without.</summary>
    /// <param name="jobs">The jobs' ids.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AppException">They are not to be had, or too large to be read here.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<TensorMap?>>> ReadAllAsync(IReadOnlyList<string> jobs, CancellationToken cancellationToken)
    {
        var all = new List<IReadOnlyList<TensorMap?>>();
        var left = MostShown;
        foreach (var id in jobs)
        {
            try
            {
                var job = await watch.JobAsync(id, cancellationToken) ?? throw new AppException($"There is no job {id}.");
                var outputs = await GetAsync(job, cancellationToken);
                left -= outputs.Manifest.OutputBytes;
                all.Add(left >= 0 ? await ReadAsync(outputs, cancellationToken) : throw new AppException($"The outputs have more than {MostShown} bytes, too many to show here. Download them."));
            }
            catch (Exception e) when (e is JobException or ContentException)
            {
                throw new AppException(e.Message);
            }
        }

        return all;
    }

    public void Dispose() => _turns.Dispose();

    private static async Task<IReadOnlyList<TensorMap?>> ReadAsync(ReplicaOutputs outputs, CancellationToken cancellationToken)
    {
        var tasks = new TensorMap?[outputs.Manifest.Entries.Length];
        for (var task = 0; task < tasks.Length; task++)
        {
            tasks[task] = (await outputs.ReadAsync(task, cancellationToken)).Outputs;
        }

        return tasks;
    }

    /// <summary>Fetches into the place that was not used for longest, whose outputs go.</summary>
    private async Task<ReplicaOutputs> FetchAsync(JobRecord job, CancellationToken cancellationToken)
    {
        var peer = watch.Peer ?? throw new JobException("This server's node is not connected now. Try again in a moment.");
        var place = Free(peer.Store);
        var holder = string.Create(CultureInfo.InvariantCulture, $"outputs-{place}");
        peer.Store.Unpin(holder);
        try
        {
            var outputs = await ResultDownload.FetchAsync(peer, job, holder, MostBytes, cancellationToken);
            lock (_lock)
            {
                _held.AddFirst((job, outputs, place));
            }

            return outputs;
        }
        catch (Exception e) when (e is ContentException or Libp2pException)
        {
            throw new JobException(e.Message, e);
        }
        finally
        {
            lock (_lock)
            {
                _filling.Remove(place);
            }
        }
    }

    private ReplicaOutputs? Held(JobRecord job)
    {
        lock (_lock)
        {
            Renew();
            for (var node = _held.First; node is not null; node = node.Next)
            {
                if (node.Value.Job.Id == job.Id)
                {
                    _held.Remove(node);
                    _held.AddFirst(node);
                    return node.Value.Outputs;
                }
            }

            return null;
        }
    }

    private int Free(object store)
    {
        lock (_lock)
        {
            Renew();
            _store = store;
            var used = _held.Select(h => h.Place).Concat(_filling).ToHashSet();
            if (used.Count == Places)
            {
                used.Remove(_held.Last!.Value.Place);
                _held.RemoveLast();
            }

            var place = Enumerable.Range(0, Places).First(p => !used.Contains(p));
            _filling.Add(place);
            return place;
        }
    }

    /// <summary>What an earlier node fetched lies in a store that is closed.</summary>
    private void Renew()
    {
        if (!ReferenceEquals(_store, watch.Peer?.Store))
        {
            _held.Clear();
        }
    }
}
