namespace Market.Ethereum.Rpc;

/// <summary>Limits and patience of a <see cref="JsonRpcClient"/>.</summary>
public sealed record RpcOptions
{
    /// <summary>How long one attempt may take, connecting included. Default 20 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The longest answer that is read, in bytes; also the longest WebSocket message. Default 32 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 32 << 20;

    /// <summary>The most calls in one HTTP request; longer batches are sent in parts. Default 100.</summary>
    public int MaxBatch { get; init; } = 100;

    /// <summary>How often an idempotent call is repeated after a transient failure. Default 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The longest wait before the first repetition; it doubles each time. The actual wait is drawn between half of it and all of it.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The bound of the doubling. Default 5 seconds.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock for timeouts and waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The wait before repetition number <paramref name="attempt"/> (from 0), with jitter so that many clients do not return at once.</summary>
    internal TimeSpan DelayBefore(int attempt)
    {
        var longest = Math.Min(RetryDelay.TotalMilliseconds * Math.Pow(2, attempt), MaxRetryDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
