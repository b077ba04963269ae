using System.Runtime.InteropServices;
using Market.Jobs;
using Market.Jobs.Packaging;
using Market.Jobs.Proofs;
using Market.Onnx.Mutations;
using Market.Onnx.Tensors;

namespace Market.Demo.Cheats;

/// <summary>What cheats show where a trace is demanded.</summary>
internal static class FalseTrace
{
    /// <summary>Of a job and a task the trace that is shown; null for kinds that show what the ordered model gives.</summary>
    /// <param name="kind">The cheat.</param>
    /// <param name="at">The wrong operator.</param>
    /// <param name="folder">Where models with all values are written.</param>
    public static Func<JobData, int, CancellationToken, Task<TaskTrace?>>? Of(CheatKind kind, int at, string folder) => kind switch
    {
        CheatKind.ForgedTrace => (job, task, stop) => RunAsync(job, file => file, Invented, task, folder, stop),
        CheatKind.WrongOperator => (job, task, stop) => RunAsync(job, file => WrongNode.Of(file, at), (_, values) => values, task, folder, stop),
        CheatKind.WithheldTrace => (_, task, _) => throw new JobException($"The trace of task {task} is kept back."),
        _ => null,
    };

    /// <summary>Runs another model than the ordered one, and says that what it gave, or something else, are the ordered one's values.</summary>
    private static async Task<TaskTrace?> RunAsync(
        JobData job, Func<byte[], byte[]> change, Func<JudgedModel, IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, Tensor>> claim, int task, string folder, CancellationToken stop)
    {
        var ordered = await job.ReadModelAsync(stop).ConfigureAwait(false);
        var path = await job.ExportModelAsync(folder, stop).ConfigureAwait(false);
        var executed = JudgedModel.Read(change(await File.ReadAllBytesAsync(path, stop).ConfigureAwait(false)));
        return await TaskTrace.RunAsync(job, executed, folder, task, stop).ConfigureAwait(false) is { } trace ? TaskTrace.Of(ordered, claim(ordered, trace.Values)) : null;
    }

    /// <summary>Right in what the model gives in the end, and made up on the way there.</summary>
    private static Dictionary<string, Tensor> Invented(JudgedModel model, IReadOnlyDictionary<string, Tensor> values) => values.ToDictionary(
        value => value.Key, value => value.Value.Type != ElementType.Float || model.Graph.Outputs.Contains(value.Key) ? value.Value : Doubled(value.Value), StringComparer.Ordinal);

    private static Tensor Doubled(Tensor tensor)
    {
        var values = Array.ConvertAll(MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray(), value => 2 * value);
        return tensor with { Data = MemoryMarshal.AsBytes<float>(values).ToArray() };
    }
}
