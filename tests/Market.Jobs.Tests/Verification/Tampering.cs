using Market.Jobs.Execution;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Jobs.Tests.Verification;

/// <summary>A provider that changes what its machine computed.</summary>
internal sealed class Tampering(IExecutor honest, Func<int, float[], float[]> change) : IExecutor
{
    public DeterminismClassId Class => honest.Class;

    public int Parallel => 1;

    public async Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken)
    {
        var completed = (TaskOutcome.Completed)await honest.RunAsync(task, inputs, cancellationToken);
        var (name, tensor) = completed.Outputs[0];
        var values = change(task, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray());
        return completed with { Outputs = [KeyValuePair.Create(name, JudgedJob.TensorOf(values))] };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
