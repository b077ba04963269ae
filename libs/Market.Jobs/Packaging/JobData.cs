using Market.Content;
using Market.Content.Exchange;
using Market.Content.Storage;
using Market.Libp2p;
using Market.Onnx.Digests;
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

    private JobData(BlobStore store, JobSpec spec, BundleHead head, Bundle bundle, IReadOnlyList<BlobReference> inputs)
    {
        _store = store;
        Spec = spec;
        Head = head;
        Bundle = bundle;
        _inputs = inputs;
    }

    /// <summary>What was posted.</summary>
    public JobSpec Spec { get; }

    /// <summary>What contracts know of the job; <see cref="CheckHeadAsync"/> says whether it is true.</summary>
    public BundleHead Head { get; }

    /// <summary>What the job consists of.</summary>
    public Bundle Bundle { get; }

    /// <summary>Everything that peers may fetch because the job names it.</summary>
    public IEnumerable<ContentId> Blobs
    {
        get
        {
            yield return Spec.Bundle.ToContentId();
            yield return Head.Manifest.ToContentId();
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

        var headId = await GetAsync(spec.Bundle.ToContentId(), BundleHead.Size).ConfigureAwait(false);
        var head = ReadHead(await store.ReadAsync(headId, BundleHead.Size, cancellationToken).ConfigureAwait(false));
        var bundleId = await GetAsync(head.Manifest.ToContentId(), Bundle.LargestBytes).ConfigureAwait(false);
        var reading = Bundle.Read(await store.ReadAsync(bundleId, Bundle.LargestBytes, cancellationToken).ConfigureAwait(false));
        if (reading.Document is not { } bundle)
        {
            throw new JobException($"The bundle is not sound: {reading}");
        }

        if (head.Tolerance != bundle.Tolerance)
        {
            throw new JobException($"The bundle's head has the tolerance {head.Tolerance}, expected {bundle.Tolerance} as in its manifest.");
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
        return new JobData(store, spec, head, bundle, inputs);
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

    /// <summary>Whether the head names this model and these inputs. Who executes must know: by an untrue head, a contract would convict it of what it never did.</summary>
    /// <exception cref="JobException">It names others.</exception>
    /// <exception cref="Onnx.Reading.OnnxModelException">It names a model that has no root, or cannot be traced.</exception>
    public async Task CheckHeadAsync(CancellationToken cancellationToken)
    {
        if (Head.Model is null)
        {
            return;
        }

        var model = await ReadModelAsync(cancellationToken).ConfigureAwait(false);
        if (!Head.Model.Value.Value.ToArray().AsSpan().SequenceEqual(model.Tree.Root.ToArray()))
        {
            throw new JobException($"The bundle's head names the model {Head.Model}, expected {model.Tree.Root}.");
        }

        var inputs = await InputsTreeAsync(model, cancellationToken).ConfigureAwait(false);
        if (!Head.Inputs!.Value.ToArray().AsSpan().SequenceEqual(inputs.Root.ToArray()))
        {
            throw new JobException($"The bundle's head names the inputs {Head.Inputs}, expected {inputs.Root}.");
        }
    }

    /// <summary>The model, as contracts see it.</summary>
    /// <exception cref="Onnx.Reading.OnnxModelException">It has no root, or cannot be traced.</exception>
    public async Task<JudgedModel> ReadModelAsync(CancellationToken cancellationToken) => JudgedModel.Read(
        await _store.ReadAsync(Bundle.Model.ToContentId(), checked((int)Bundle.Model.Bytes), cancellationToken).ConfigureAwait(false));

    /// <summary>The tree over all tasks' inputs.</summary>
    /// <exception cref="JobException">A task's inputs are no tensors, or not the model's.</exception>
    public async Task<InputsTree> InputsTreeAsync(JudgedModel model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var leaves = new Digest[_inputs.Count];
        for (var task = 0; task < leaves.Length; task++)
        {
            leaves[task] = InputsTree.Leaf(task, model.DigestsOf(await ReadInputsAsync(task, cancellationToken).ConfigureAwait(false)));
        }

        return new InputsTree(leaves);
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

    private static BundleHead ReadHead(byte[] bytes)
    {
        try
        {
            return BundleHead.Read(bytes);
        }
        catch (FormatException e)
        {
            throw new JobException($"The bundle is not sound: {e.Message}", e);
        }
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
