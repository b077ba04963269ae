using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Demo.Cheats;

/// <summary>Delivers for each task what its neighbour gives; the last of an odd number stays.</summary>
internal sealed class SwappingExecutor(IExecutor honest, JobData job) : IExecutor
{
    public DeterminismClassId Class => honest.Class;

    public int Parallel => honest.Parallel;

    public async Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken)
    {
        var other = (task ^ 1) < job.Bundle.Tasks ? task ^ 1 : task;
        return await honest.RunAsync(other, await job.ReadInputsAsync(other, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => honest.DisposeAsync();
}
