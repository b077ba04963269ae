using System.Runtime.InteropServices;
using Market.Jobs.Execution;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Jobs.Tests.Verification;

/// <summary>A machine that changes what it computed.</summary>
internal sealed class Tampering(IExecutor honest, Func<int, TaskOutcome.Completed, TaskOutcome> change) : IExecutor
{
    public Tampering(IExecutor honest, Func<TaskOutcome.Completed, TaskOutcome> change)
        : this(honest, (_, completed) => change(completed))
    {
    }

    public Tampering(IExecutor honest, Func<int, float[], float[]> change)
        : this(honest, (task, completed) => Changed(completed, values => change(task, values)))
    {
    }

    public DeterminismClassId Class => honest.Class;

    public int Parallel => 1;

    /// <summary>The first output with other numbers.</summary>
    public static TaskOutcome Changed(TaskOutcome.Completed completed, Func<float[], float[]> change)
    {
        var (name, tensor) = completed.Outputs[0];
        return completed with { Outputs = [KeyValuePair.Create(name, JudgedJob.TensorOf(change(MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray())))] };
    }

    public async Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken) =>
        change(task, (TaskOutcome.Completed)await honest.RunAsync(task, inputs, cancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
