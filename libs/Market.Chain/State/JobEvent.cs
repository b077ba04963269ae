using Market.Chain.Contracts;
using Market.Ethereum;

namespace Market.Chain.State;

/// <summary>Something that happened to a job.</summary>
/// <param name="Event">What.</param>
/// <param name="Block">In which block.</param>
/// <param name="Transaction">By which transaction.</param>
public sealed record JobEvent(MarketEvent Event, ulong Block, Hash256 Transaction);
