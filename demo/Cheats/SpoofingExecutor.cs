using System.Security.Cryptography;
using Market.Jobs.Execution;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.Demo.Cheats;

/// <summary>Declares a determinism class that nobody knows, hoping for leniency.</summary>
internal sealed class SpoofingExecutor(IExecutor executor) : IExecutor
{
    public DeterminismClassId Class { get; } = new(SHA256.HashData("a machine like no other"u8));

    public int Parallel => executor.Parallel;

    public Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken) => executor.RunAsync(task, inputs, cancellationToken);

    public ValueTask DisposeAsync() => executor.DisposeAsync();
}
