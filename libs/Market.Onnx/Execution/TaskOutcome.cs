using Market.Onnx.Digests;
using Market.Onnx.Tensors;

namespace Market.Onnx.Execution;

/// <summary>How a task ended: <see cref="Completed"/> and <see cref="Failed"/> are results, the others are none.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome()
    {
    }

    /// <summary>The model ran.</summary>
    /// <param name="Outputs">Its outputs, in the order in which the model declares them.</param>
    /// <param name="Elapsed">Time from handing the task to the worker to having its outputs.</param>
    public sealed record Completed(TensorMap Outputs, TimeSpan Elapsed) : TaskOutcome
    {
        /// <summary>What every operator gave, where the model was loaded to be traced.</summary>
        public ExecutionTrace? Trace { get; init; }
    }

    /// <summary>The model does not give outputs for these inputs: a canonical result, the same for every honest executor.</summary>
    /// <param name="Code">The canonical reason.</param>
    /// <param name="Detail">What the runtime said, for people; differs between versions and is never part of a result.</param>
    public sealed record Failed(FailureCode Code, string Detail) : TaskOutcome;

    /// <summary>A bound of the worker was hit: no result, since another machine may fare otherwise.</summary>
    /// <param name="Limit">Which bound.</param>
    /// <param name="Found">What was measured when it was hit, in the unit of the limit; of memory, what was resident then.</param>
    /// <param name="Allowed">The bound.</param>
    public sealed record Exceeded(WorkerLimit Limit, long Found, long Allowed) : TaskOutcome;

    /// <summary>The worker died twice on this task, or broke the protocol of its pipes: no result.</summary>
    /// <param name="Detail">What is known about its end.</param>
    public sealed record Crashed(string Detail) : TaskOutcome;
}
