namespace Market.Content.Exchange;

/// <summary>Which blocks of a blob are still needed, and who was asked for which.</summary>
/// <remarks>Block 0 comes first; when it turns out to be a manifest, its chunks follow as blocks 1 to n.</remarks>
internal sealed class FetchPlan(FetchOptions options)
{
    private const int MostAskedAtOnce = 2;

    private readonly Lock _lock = new();
    private readonly SortedSet<int> _open = [];
    private readonly Dictionary<int, Flight> _asked = [];
    private TaskCompletionSource _changed = NewSignal();

    private sealed class Flight
    {
        public int Peers { get; set; }

        public long Since { get; set; }
    }

    /// <summary>Whether nothing is needed any more.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_lock)
            {
                return _open.Count == 0 && _asked.Count == 0;
            }
        }
    }

    /// <summary>Adds blocks to those needed.</summary>
    public void Need(IEnumerable<int> blocks)
    {
        lock (_lock)
        {
            _open.UnionWith(blocks);
            Signal();
        }
    }

    /// <summary>The next run of blocks for a peer; null if there is none and will be none that it does not lack.</summary>
    public async Task<int[]?> TakeAsync(HashSet<int> lacks, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (TakeOpen(lacks) is { Length: > 0 } run)
                {
                    return run;
                }

                if (_asked.Keys.All(lacks.Contains))
                {
                    return null;
                }

                if (TakeOverdue(lacks) is { } overdue)
                {
                    return [overdue];
                }

                changed = _changed.Task;
            }

            await Task.WhenAny(changed, Task.Delay(options.HedgeAfter, options.Time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Records that a block is in the store; false if another peer was faster.</summary>
    public bool Complete(int block)
    {
        lock (_lock)
        {
            var wasNeeded = _asked.Remove(block) | _open.Remove(block);
            Signal();
            return wasNeeded;
        }
    }

    /// <summary>Records that a peer will not deliver a block that it was asked for.</summary>
    public void GiveBack(int block)
    {
        lock (_lock)
        {
            if (_asked.TryGetValue(block, out var flight) && --flight.Peers == 0)
            {
                _asked.Remove(block);
                _open.Add(block);
            }

            Signal();
        }
    }

    private int[] TakeOpen(HashSet<int> lacks)
    {
        var run = new List<int>();
        foreach (var block in _open)
        {
            if (run.Count == options.BlocksPerRequest || (run.Count > 0 && block != run[^1] + 1))
            {
                break;
            }

            if (!lacks.Contains(block))
            {
                run.Add(block);
            }
        }

        foreach (var block in run)
        {
            _open.Remove(block);
            _asked.Add(block, new Flight { Peers = 1, Since = options.Time.GetTimestamp() });
        }

        return [.. run];
    }

    private int? TakeOverdue(HashSet<int> lacks)
    {
        foreach (var (block, flight) in _asked)
        {
            if (flight.Peers < MostAskedAtOnce && !lacks.Contains(block) && options.Time.GetElapsedTime(flight.Since) >= options.HedgeAfter)
            {
                flight.Peers++;
                flight.Since = options.Time.GetTimestamp();
                return block;
            }
        }

        return null;
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
