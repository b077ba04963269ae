namespace Market.Protocol.Bundles;

/// <summary>What one task may use at most. Exceeding a limit is no result.</summary>
/// <param name="MemoryBytes">Memory of the process that runs it, the model included.</param>
/// <param name="TaskMilliseconds">Time on the clock, and of the processor.</param>
/// <param name="OutputBytes">All outputs together.</param>
public sealed record ResourceLimits(long MemoryBytes, long TaskMilliseconds, long OutputBytes);
