using Market.Ethereum.Rpc;

namespace Market.Ethereum.Sending;

/// <summary>What an endpoint's answer to <c>eth_sendRawTransaction</c> means for the transaction.</summary>
internal enum BroadcastOutcome
{
    /// <summary>It is in the pool or in a block, or may be: wait for it.</summary>
    Open,

    /// <summary>Its nonce is used up.</summary>
    NonceUsed,

    /// <summary>It was not taken.</summary>
    Refused,
}

/// <summary>Reads outcomes from errors, which clients tell apart by text only.</summary>
internal static class BroadcastOutcomes
{
    // Geth and reth, anvil, Hardhat.
    private static readonly string[] InPool = ["already known", "already imported", "known transaction", "underpriced"];

    public static BroadcastOutcome Of(RpcException e)
    {
        // An automining chain answers with the revert of a transaction that it put into a block. A failed exchange tells nothing.
        if (e.Kind is not RpcErrorKind.Refused || Says(e, InPool))
            return BroadcastOutcome.Open;
        return Says(e, "nonce too low") ? BroadcastOutcome.NonceUsed : BroadcastOutcome.Refused;
    }

    private static bool Says(RpcException e, params string[] words) =>
        words.Any(word => e.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
