namespace Market.Ethereum.Logs;

/// <summary>One block, by height and hash.</summary>
/// <param name="Number">Its height.</param>
/// <param name="Hash">Its hash.</param>
public readonly record struct BlockPoint(ulong Number, Hash256 Hash);
