namespace Market.Ethereum.Rpc;

/// <summary>One event that a contract emitted.</summary>
public sealed record LogEntry
{
    /// <summary>The EVM has no instruction for more topics than this.</summary>
    internal const int MostTopics = 4;

    /// <summary>The contract.</summary>
    public required Address Address { get; init; }

    /// <summary>The indexed parts, at most four; the first is the event's signature hash unless the event is anonymous.</summary>
    public required IReadOnlyList<Hash256> Topics { get; init; }

    /// <summary>The other parts, ABI-encoded.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The height of the block.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>The hash of the block.</summary>
    public required Hash256 BlockHash { get; init; }

    /// <summary>The transaction.</summary>
    public required Hash256 TransactionHash { get; init; }

    /// <summary>The transaction's place in the block, from 0.</summary>
    public required uint TransactionIndex { get; init; }

    /// <summary>The log's place in the block, from 0, over all transactions.</summary>
    public required uint LogIndex { get; init; }

    internal static LogEntry Read(RpcValue log)
    {
        if (log["removed"].IsTrue())
            throw log.Malformed("a log of the current chain, not one removed from it");
        var topics = log["topics"].List(topic => topic.Hash());
        return new LogEntry
        {
            Address = log["address"].Address(),
            Topics = topics.Length <= MostTopics ? topics : throw log["topics"].Malformed($"at most {MostTopics} topics"),
            Data = log["data"].Bytes(),
            BlockNumber = log["blockNumber"].UInt64(),
            BlockHash = log["blockHash"].Hash(),
            TransactionHash = log["transactionHash"].Hash(),
            TransactionIndex = log["transactionIndex"].UInt32(),
            LogIndex = log["logIndex"].UInt32(),
        };
    }
}
