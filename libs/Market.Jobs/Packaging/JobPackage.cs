using System.Collections.Immutable;
using Market.Content;
using Market.Content.Storage;
using Market.Onnx.Files;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;

namespace Market.Jobs.Packaging;

/// <summary>A job's data in the requester's store, ready to be posted.</summary>
/// <param name="Bundle">What names all of it.</param>
/// <param name="Id">The id of the bundle's head, which names the bundle.</param>
/// <param name="Blobs">Everything that providers fetch.</param>
/// <param name="TotalBytes">Bytes of all that.</param>
/// <param name="Model">The root of the model, as the head names it; null if no contract can judge the job.</param>
public sealed record JobPackage(Bundle Bundle, ContentId Id, ImmutableArray<ContentId> Blobs, long TotalBytes, ModelRoot? Model)
{
    /// <summary>Stores model and inputs and makes the bundle. The model is parsed here.</summary>
    /// <inheritdoc cref="CreateAsync(BlobStore, string, IReadOnlyList{TensorMap}, ImmutableArray{string}, Tolerance, ResourceLimits, RuntimeTerms, Func{CancellationToken, Task{TraceableModel}}, CancellationToken)"/>
    public static Task<JobPackage> CreateAsync(
        BlobStore store, string modelPath, IReadOnlyList<TensorMap> inputs, ImmutableArray<string> outputs, Tolerance tolerance, ResourceLimits limits,
        RuntimeTerms runtime, CancellationToken cancellationToken) =>
        CreateAsync(store, modelPath, inputs, outputs, tolerance, limits, runtime, stop => ReadModelAsync(modelPath, stop), cancellationToken);

    /// <summary>Stores model and inputs and makes the bundle.</summary>
    /// <param name="store">The requester's store.</param>
    /// <param name="modelPath">The ONNX file.</param>
    /// <param name="inputs">The inputs of every task.</param>
    /// <param name="outputs">The names of the outputs that make the result.</param>
    /// <param name="tolerance">How far honest results may lie apart.</param>
    /// <param name="limits">What one task may use.</param>
    /// <param name="runtime">On what it must run.</param>
    /// <param name="readModel">Reads what commits to the model, for whoever does not parse it in this process; null if it cannot be traced.</param>
    /// <param name="cancellationToken">Stops; what is stored stays.</param>
    /// <exception cref="JobException">The bundle is not sound; all findings at once.</exception>
    /// <exception cref="ContentException">The store is full.</exception>
    public static async Task<JobPackage> CreateAsync(
        BlobStore store, string modelPath, IReadOnlyList<TensorMap> inputs, ImmutableArray<string> outputs, Tolerance tolerance, ResourceLimits limits,
        RuntimeTerms runtime, Func<CancellationToken, Task<TraceableModel?>> readModel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(readModel);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(inputs);
        BlobReference model;
        var file = new FileStream(modelPath, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            model = (await store.AddAsync(file, cancellationToken).ConfigureAwait(false)).ToReference();
        }

        var tasks = new BlobReference[inputs.Count];
        for (var i = 0; i < tasks.Length; i++)
        {
            tasks[i] = (await store.AddAsync(TensorFile.Encode(inputs[i]), cancellationToken).ConfigureAwait(false)).ToReference();
        }

        var listed = tasks.Length <= Bundle.MostListedTasks;
        var list = listed ? null : (await store.AddAsync(TaskInputs.Write(tasks), cancellationToken).ConfigureAwait(false)).ToReference();
        var bundle = new Bundle
        {
            Version = Bundle.CurrentVersion,
            Model = model,
            Tasks = tasks.Length,
            Inputs = listed ? tasks : null,
            TaskList = list,
            Outputs = outputs,
            Tolerance = tolerance,
            Limits = limits,
            Runtime = runtime,
        };
        var problems = bundle.FindProblems();
        if (problems.Count > 0)
        {
            throw new JobException("The job is not sound: " + string.Join(" ", problems));
        }

        var head = JudgedModel.HeadOf(bundle, await readModel(cancellationToken).ConfigureAwait(false), inputs);
        var manifest = await store.AddAsync(bundle.ToBytes(), cancellationToken).ConfigureAwait(false);
        var blob = await store.AddAsync(head.ToBytes(), cancellationToken).ConfigureAwait(false);
        BlobReference[] all = [.. new[] { blob.ToReference(), manifest.ToReference(), model, list }.OfType<BlobReference>(), .. tasks];
        return new JobPackage(bundle, blob.Id, [.. all.Select(b => b.ToContentId())], all.Sum(b => b.Bytes), head.Model);
    }

    private static async Task<TraceableModel?> ReadModelAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return TraceableModel.Read(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (OnnxModelException)
        {
            return null;
        }
    }
}
