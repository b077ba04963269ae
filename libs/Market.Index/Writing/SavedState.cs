using Market.Chain.State;
using Market.Ethereum.Logs;

namespace Market.Index.Writing;

/// <summary>From where a writer goes on.</summary>
/// <param name="State">The state, without jobs that ended long ago.</param>
/// <param name="Points">The newest blocks that are in it, by which a reorganization is noticed.</param>
internal sealed record SavedState(MarketState State, BlockPoint[] Points);
