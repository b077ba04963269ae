using Market.Libp2p.Connections;

namespace Market.Libp2p.Yamux;

/// <summary>What a session may spend, and whose clock it reads.</summary>
internal sealed record SessionSettings(ResourceLimits Limits, MemoryBudget Budget, TimeProvider Time);
