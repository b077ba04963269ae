using Market.Ethereum.Rpc;

namespace Market.Ethereum.Logs;

/// <summary>One step of a followed chain: either <see cref="Applied"/> or <see cref="RolledBack"/>.</summary>
public abstract record LogBatch
{
    private LogBatch(LogCursor cursor) => Cursor = cursor;

    /// <summary>Where to resume after this step: persist it together with what the step changed.</summary>
    public LogCursor Cursor { get; }

    /// <summary>Blocks that extend what was applied before, with all wanted logs in them.</summary>
    public sealed record Applied : LogBatch
    {
        /// <summary>States that a range of blocks was applied.</summary>
        public Applied(LogCursor cursor, ulong fromBlock, BlockHeader head, IReadOnlyList<LogEntry> logs)
            : base(cursor)
        {
            FromBlock = fromBlock;
            Head = head;
            Logs = logs;
        }

        /// <summary>The first block.</summary>
        public ulong FromBlock { get; }

        /// <summary>The last block.</summary>
        public ulong ToBlock => Head.Number;

        /// <summary>The last block's header; its hash and time are those of the state after this step.</summary>
        public BlockHeader Head { get; }

        /// <summary>The logs in the chain's order: ascending by block, then by index in it. Possibly none.</summary>
        public IReadOnlyList<LogEntry> Logs { get; }
    }

    /// <summary>The chain was reorganized: undo everything from blocks above <see cref="ToBlock"/>.</summary>
    public sealed record RolledBack : LogBatch
    {
        /// <summary>States that blocks were undone.</summary>
        public RolledBack(LogCursor cursor, ulong? toBlock)
            : base(cursor) => ToBlock = toBlock;

        /// <summary>The last block that still stands, or null if nothing that was applied does.</summary>
        public ulong? ToBlock { get; }
    }
}
