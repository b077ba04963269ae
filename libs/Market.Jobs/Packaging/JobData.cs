using Market.Content;
using Market.Content.Exchange;
using Market.Content.Storage;
using Market.Libp2p;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Protocol.Jobs;

namespace Market.Jobs.Packaging;

/// <summary>A job's data in this node's store, checked against what was posted.</summary>
public sealed class JobData
{
    private readonly BlobStore _store;
    private readonly IReadOnlyList<BlobReference> _inputs;

    private JobData(BlobStore store, JobSpec spec, Bundle bundle, IReadOnlyList<BlobReference> inputs)
    {
        _store = store;
        Spec = spec;
        Bundle = bundle;
        _inputs = inputs;
    }

    /// <summary>What was posted.</summary>
    public JobSpec Spec { get; }

    /// <summary>What the job consists of.</summary>
    public Bundle Bundle { get; }

    /// <summary>Everything that peers may fetch because the job names it.</summary>
    public IEnumerable<ContentId> Blobs
    {
        get
        {
            yield return Spec.Bundle.ToContentId();
            yield return Bundle.Model.ToContentId();
            if (Bundle.TaskList is { } list)
            {
                yield return list.ToContentId();
            }

            foreach (var input in _inputs)
            {
                yield return input.ToContentId();
            }
        }
    }

    /// <summary>Fetches a job's data, pinned under a name, and checks it.</summary>
    /// <param name="spec">What was posted.</param>
    /// <param name="holder">Under which name the blobs are pinned.</param>
    /// <param name="store">Where they go.</param>
    /// <param name="fetcher">Gets what is not there.</param>
    /// <param name="sources">Who may have it.</param>
    /// <param name="cancellationToken">Stops; what came stays.</param>
    /// <exception cref="ContentException">It is not to be had, or does not fit.</exception>
    /// <exception cref="JobException">The bundle is unsound, or not what the spec says.</exception>
    public static async Task<JobData> FetchAsync(
        JobSpec spec, string holder, BlobStore store, BlobFetcher fetcher, IReadOnlyList<PeerId> sources, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(fetcher);
        async Task<ContentId> GetAsync(ContentId id, long limit)
        {
            store.Pin(id, holder);
            if (!await store.ContainsAsync(id, cancellationToken).ConfigureAwait(false))
            {
                await fetcher.FetchAsync(id, sources, limit, null, cancellationToken).ConfigureAwait(false);
            }

            return id;
        }

        var bundleId = await GetAsync(spec.Bundle.ToContentId(), Bundle.LargestBytes).ConfigureAwait(false);
        var reading = Bundle.Read(await store.ReadAsync(bundleId, Bundle.LargestBytes, cancellationToken).ConfigureAwait(false));
        if (reading.Document is not { } bundle)
        {
            throw new JobException($"The bundle is not sound: {reading}");
        }

        if (bundle.Tasks != spec.Tasks)
        {
            throw new JobException($"The bundle has {bundle.Tasks} tasks, expected {spec.Tasks} as posted.");
        }

        IReadOnlyList<BlobReference> inputs = bundle.Inputs ?? [];
        if (bundle.TaskList is { } list)
        {
            var id = await GetAsync(list.ToContentId(), list.Bytes).ConfigureAwait(false);
            inputs = ReadList(await store.ReadAsync(id, (int)list.Bytes, cancellationToken).ConfigureAwait(false), bundle.Tasks);
        }

        var total = inputs.Aggregate((UInt128)bundle.Model.Bytes, (sum, input) => sum + (ulong)input.Bytes);
        if (total > (ulong)spec.BundleBytes)
        {
            throw new JobException($"The bundle names {total} bytes, expected at most {spec.BundleBytes} as posted.");
        }

        await GetAsync(bundle.Model.ToContentId(), bundle.Model.Bytes).ConfigureAwait(false);
        await Parallel.ForEachAsync(
            inputs.Distinct(), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (input, _) => await GetAsync(input.ToContentId(), input.Bytes).ConfigureAwait(false)).ConfigureAwait(false);
        return new JobData(store, spec, bundle, inputs);
    }

    /// <summary>The inputs of a task.</summary>
    /// <exception cref="JobException">They are no tensors.</exception>
    public async Task<TensorMap> ReadInputsAsync(int task, CancellationToken cancellationToken)
    {
        var input = _inputs[task];
        var bytes = await _store.ReadAsync(input.ToContentId(), checked((int)input.Bytes), cancellationToken).ConfigureAwait(false);
        try
        {
            return TensorFile.Decode(bytes);
        }
        catch (TensorException e)
        {
            throw new JobException($"The inputs of task {task} are no tensors: {e.Message}", e);
        }
    }

    /// <summary>Writes the model to a file of its own and returns its path.</summary>
    public async Task<string> ExportModelAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Bundle.Model.Digest.Value + ".onnx");
        if (!File.Exists(path))
        {
            await _store.ExportAsync(Bundle.Model.ToContentId(), path, cancellationToken).ConfigureAwait(false);
        }

        return path;
    }

    private static System.Collections.Immutable.ImmutableArray<BlobReference> ReadList(byte[] bytes, int tasks)
    {
        try
        {
            return TaskInputs.Read(bytes, tasks);
        }
        catch (FormatException e)
        {
            throw new JobException($"The bundle is not sound: {e.Message}", e);
        }
    }
}
