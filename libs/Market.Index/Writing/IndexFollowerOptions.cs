using Market.Chain.State;
using Market.Ethereum.Logs;

namespace Market.Index.Writing;

/// <summary>How an index is kept up to date.</summary>
public sealed record IndexFollowerOptions
{
    /// <summary>Whether it writes. Default: yes.</summary>
    public bool Writes { get; init; } = true;

    /// <summary>How the chain is read; the first block is the deployment's.</summary>
    public FollowOptions Follow { get; init; } = new();

    /// <summary>Told of each new state, once it is written; without jobs that ended long ago.</summary>
    public Action<MarketState> OnState { get; init; } = _ => { };

    /// <summary>Measures time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
