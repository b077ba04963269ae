using Market.Ethereum.Rpc;

namespace Market.Ethereum.Logs;

/// <summary>What an answer to <c>eth_getLogs</c> must satisfy, whoever gave it.</summary>
internal static class LogChecks
{
    /// <summary>Throws unless the logs are wanted ones of the asked range, in strictly ascending order, each block under one hash.</summary>
    public static void Require(IReadOnlyList<LogEntry> logs, LogFilter filter, ulong fromBlock, ulong toBlock)
    {
        for (var i = 0; i < logs.Count; i++)
        {
            var log = logs[i];
            if (log.BlockNumber < fromBlock || log.BlockNumber > toBlock)
                throw Refuse(log, $"expected a block from {fromBlock} to {toBlock}");
            if (!filter.Accepts(log))
                throw Refuse(log, $"of {log.Address}, which does not match the filter");
            if (i > 0)
                RequireOrder(logs[i - 1], log);
        }
    }

    private static void RequireOrder(LogEntry before, LogEntry log)
    {
        if ((log.BlockNumber, log.LogIndex).CompareTo((before.BlockNumber, before.LogIndex)) <= 0)
            throw Refuse(log, $"after index {before.LogIndex} of block {before.BlockNumber}, expected ascending order");
        if (log.BlockNumber != before.BlockNumber)
            return;
        if (log.BlockHash != before.BlockHash)
            throw Refuse(log, $"under hash {log.BlockHash}, expected {before.BlockHash} as of the log before");
        if (log.TransactionIndex < before.TransactionIndex)
            throw Refuse(log, $"of transaction {log.TransactionIndex} after transaction {before.TransactionIndex}, expected ascending order");
    }

    private static RpcException Refuse(LogEntry log, string why) => new(
        RpcErrorKind.Malformed, $"The endpoint gave the log of index {log.LogIndex} in block {log.BlockNumber} {why}.");
}
