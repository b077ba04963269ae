using Market.Jobs.Execution;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Demo.Cheats;

/// <summary>Runs the first task, which a provider tries before it claims, and never ends the next: until it is killed.</summary>
internal sealed class StalledExecutor(IExecutor honest) : IExecutor
{
    private int _runs;

    public DeterminismClassId Class => honest.Class;

    public int Parallel => honest.Parallel;

    public async Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _runs) > 1)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }

        return await honest.RunAsync(task, inputs, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => honest.DisposeAsync();
}
