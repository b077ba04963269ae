namespace Market.Libp2p.Connections;

/// <summary>A rate with a burst. Thread-safe.</summary>
internal sealed class TokenBucket(double perSecond, int burst, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = burst;
    private long _last = time.GetTimestamp();

    /// <summary>Takes one token; false when the rate is exceeded.</summary>
    internal bool TryTake()
    {
        lock (_gate)
        {
            if (_tokens < 1)
            {
                var now = time.GetTimestamp();
                _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * perSecond));
                _last = now;
            }

            var any = _tokens >= 1;
            _tokens -= any ? 1 : 0;
            return any;
        }
    }
}
