namespace Market.Onnx.Execution;

/// <summary>The bounds within which a task must stay (<see cref="WorkerOptions"/>).</summary>
public enum WorkerLimit
{
    /// <summary>Memory of the worker process, in bytes.</summary>
    Memory = 1,

    /// <summary>Time from handing the task to the worker until its outputs are back, in milliseconds.</summary>
    WallTime = 2,

    /// <summary>Processor time spent on the task, in milliseconds.</summary>
    CpuTime = 3,

    /// <summary>All outputs of the task together, in bytes.</summary>
    OutputBytes = 4,
}
