using Market.Chain.State;
using Market.Ethereum.Logs;

namespace Market.Chain;

/// <summary>The newest state and those before it, so that a reorganization is undone by going back to one.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="start">Where to begin.</param>
public sealed class StateHistory(MarketState start)
{
    /// <summary>How many states are kept: a reorganization that changed more blocks than that is not undone.</summary>
    public const int Kept = 512;

    private readonly LinkedList<MarketState> _before = new();

    /// <summary>The newest state.</summary>
    public MarketState Current { get; private set; } = start;

    /// <summary>Folds a batch's logs and returns the new state.</summary>
    /// <exception cref="Market.Ethereum.EthereumException">A log does not follow from those before it.</exception>
    public MarketState Apply(LogBatch.Applied batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var state = Current;
        foreach (var log in batch.Logs)
        {
            if (log.BlockNumber > state.Block)
            {
                Remember(state);
                state = state with { Block = log.BlockNumber };
            }

            state = state.Apply(log);
        }

        Remember(state);
        return Current = state with { Block = batch.ToBlock, Time = batch.Head.Timestamp };
    }

    /// <summary>Goes back to the state of a block, or says that it is not kept.</summary>
    /// <param name="block">The last block that still stands, or null if none does.</param>
    public bool TryRollBack(ulong? block)
    {
        // Between two states nothing happened, so that the newest one at or before a block is that block's.
        while (block is { } standing && _before.Last is { } last)
        {
            if (last.Value.Block <= standing)
            {
                Current = last.Value with { Block = standing };
                return true;
            }

            _before.RemoveLast();
        }

        return false;
    }

    /// <summary>Lets go of jobs that ended so long ago that no reorganization which can be undone reaches them.</summary>
    public void ForgetEnded()
    {
        if (_before.First is { Value.Block: var oldest })
        {
            Current = Current.WithoutJobsEndedBy(oldest);
        }
    }

    private void Remember(MarketState state)
    {
        _before.AddLast(state);
        if (_before.Count > Kept)
        {
            _before.RemoveFirst();
        }
    }
}
