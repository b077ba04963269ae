namespace Market.Onnx.Execution;

/// <summary>How many workers run, and the bounds of each.</summary>
public sealed record WorkerOptions
{
    /// <summary>The least memory in which the worker's own runtime can start.</summary>
    public const long LeastMemoryBytes = 192L << 20;

    /// <summary>Worker processes, 1 to 256; usually one for each core that may be used.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 256);

    /// <summary>Memory of one worker in bytes, its runtime (about 60 MiB) and the loaded model included.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>How much of <see cref="MemoryBytes"/> managed objects may take; a quarter if null.</summary>
    internal long? HeapBytes { get; init; }

    /// <summary>Longest time of one task on the clock.</summary>
    public TimeSpan WallTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most processor time of one task.</summary>
    public TimeSpan CpuTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time to start a worker and to load a model.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Largest size of all inputs of one task, in bytes.</summary>
    public long InputBytes { get; init; } = 1L << 30;

    /// <summary>Largest size of all outputs of one task, in bytes.</summary>
    public long OutputBytes { get; init; } = 1L << 30;

    /// <summary>Temporary disk (in memory) of one worker, in bytes.</summary>
    public long TempBytes { get; init; } = 64L << 20;

    /// <summary>Folders and files that workers may read: the folder of the models. Nothing else of the user's is visible.</summary>
    /// <remarks>Paths are absolute and hold no line break. Without namespaces this bound cannot be kept (<see cref="Confinement"/>).</remarks>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Whether to refuse to start where the kernel or the user's rights do not allow namespaces.</summary>
    public bool RequireNamespaces { get; init; }

    /// <summary>The WebAssembly build to run models on in place of the native runtime; null for the native one.</summary>
    /// <remarks>One thread only, no traces; all bounds are the same.</remarks>
    public WebRuntime? Web { get; init; }

    /// <summary>The processor to emulate for the native runtime; null for this machine's own. The WebAssembly build runs on no emulated one.</summary>
    public EmulatedProcessor? Emulated { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Workers, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, LeastMemoryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(WallTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CpuTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(InputBytes, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputBytes, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(TempBytes, 1 << 20);
        foreach (var path in Readable)
        {
            if (!Path.IsPathFullyQualified(path) || path.Contains('\n', StringComparison.Ordinal))
            {
                throw new ArgumentException($"Readable path '{path}' is not absolute or holds a line break.", nameof(Readable));
            }
        }
    }
}
