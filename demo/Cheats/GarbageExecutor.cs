using Market.Jobs.Execution;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Demo.Cheats;

/// <summary>Delivers noise of the right names, types and shapes.</summary>
internal sealed class GarbageExecutor(IExecutor honest) : IExecutor
{
    public DeterminismClassId Class => honest.Class;

    public int Parallel => honest.Parallel;

    public async Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken)
    {
        var outcome = await honest.RunAsync(task, inputs, cancellationToken).ConfigureAwait(false);
        if (outcome is not TaskOutcome.Completed completed)
        {
            return outcome;
        }

        var random = new Random(task);
        var noise = new TensorMap();
        foreach (var (name, tensor) in completed.Outputs)
        {
            var values = new float[tensor.Data.Length / sizeof(float)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = random.NextSingle();
            }

            noise.Add(KeyValuePair.Create(name, tensor with { Data = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray() }));
        }

        return completed with { Outputs = noise };
    }

    public ValueTask DisposeAsync() => honest.DisposeAsync();
}
