using Market.Ethereum.Rpc;

namespace Market.Ethereum.Logs;

/// <summary>The state of one follower: what is applied, and how large a range the endpoint takes.</summary>
internal sealed class ChainReader(EthereumClient client, LogFilter filter, FollowOptions options, LogCursor cursor)
{
    // A range above the newest blocks is checked at its ends only; at the tip every block's hash is kept, for exact rollbacks.
    private readonly ulong _tip = (ulong)options.RememberedBlocks;
    private ulong _range = (ulong)options.MaxRange;
    private LogCursor _cursor = cursor;
    private (Hash256 Below, Hash256 Block)? _apart;

    private ulong Next => _cursor.Head is { } head ? head.Number + 1 : options.StartBlock;

    /// <summary>The next batch, or null if there is nothing new, or the chain moved while it was read.</summary>
    public async Task<LogBatch?> StepAsync(CancellationToken cancellationToken)
    {
        var newest = await client.GetBlockAsync(BlockTag.Latest, cancellationToken).ConfigureAwait(false)
            ?? throw new RpcException(RpcErrorKind.Malformed, $"Endpoint {client.Rpc.Name} has no newest block.");
        var target = newest.Number > options.Confirmations ? newest.Number - options.Confirmations : 0;
        if (newest.Number < options.Confirmations || target < Next)
            return await FindForkBelowAsync(newest, cancellationToken).ConfigureAwait(false);
        var from = Next;
        while (true)
        {
            var to = Math.Min(target, from + _range - 1);
            try
            {
                return await ReadAsync(from, to, newest.Number, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException e) when (e.Kind is RpcErrorKind.RangeRefused or RpcErrorKind.TooLarge && to > from)
            {
                _range = (to - from + 1) / 2;
            }
        }
    }

    // Nothing above the cursor: the endpoint is level with it, behind it, or on another branch of no greater height.
    private async Task<LogBatch?> FindForkBelowAsync(BlockHeader newest, CancellationToken cancellationToken)
    {
        if (_cursor.AtOrBelow(newest.Number) is not { } known)
            return null;
        var found = known.Number == newest.Number
            ? newest
            : await client.GetBlockAsync(known.Number, cancellationToken).ConfigureAwait(false);
        return found is null || found.Hash == known.Hash ? null : await RollBackAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<LogBatch?> ReadAsync(ulong from, ulong to, ulong newest, CancellationToken cancellationToken)
    {
        var headers = await HeadersAsync(from, to, newest, cancellationToken).ConfigureAwait(false);
        if (headers is null)
            return null;
        if (_cursor.Head is { } applied && headers[0].ParentHash != applied.Hash)
            return await RollBackAsync(cancellationToken).ConfigureAwait(false);
        var logs = await LogsAsync(from, to, cancellationToken).ConfigureAwait(false);
        LogChecks.Require(logs, filter, from, to);

        // The logs are of the branch that the headers are of if its last block still stands, and no log names another block.
        var again = await client.GetBlockAsync(to, cancellationToken).ConfigureAwait(false);
        if (again?.Hash != headers[^1].Hash || !AreOf(logs, headers))
            return null;
        _cursor = _cursor.Advance(headers.Select(header => new BlockPoint(header.Number, header.Hash)), options.RememberedBlocks);
        return new LogBatch.Applied(_cursor, from, headers[^1], logs);
    }

    // The range's first and last header, and all of those in it that belong to the tip; null if the chain moved meanwhile.
    private async Task<List<BlockHeader>?> HeadersAsync(ulong from, ulong to, ulong newest, CancellationToken cancellationToken)
    {
        List<ulong> numbers = [from];
        var tip = newest > _tip ? newest - _tip : 0;
        for (var number = Math.Max(from + 1, Math.Min(tip, to)); number <= to; number++)
            numbers.Add(number);
        var headers = new List<BlockHeader>(numbers.Count);
        foreach (var header in await client.GetBlocksAsync(numbers, cancellationToken).ConfigureAwait(false))
        {
            if (header is null)
                return null;
            if (headers.Count > 0 && headers[^1].Number + 1 == header.Number && headers[^1].Hash != header.ParentHash)
            {
                NoteApart(headers[^1], header);
                return null;
            }

            headers.Add(header);
        }

        return headers;
    }

    // Once, the chain moved between two answers. The same again, and whoever waits should know why.
    private void NoteApart(BlockHeader below, BlockHeader block)
    {
        if (_apart == (below.Hash, block.Hash))
            options.OnTrouble?.Invoke(new RpcException(RpcErrorKind.Malformed, $"Endpoint {client.Rpc.Name} gives block {block.Number} the parent {block.ParentHash}, but block {below.Number} is {below.Hash}."));
        _apart = (below.Hash, block.Hash);
    }

    private async Task<IReadOnlyList<LogEntry>> LogsAsync(ulong from, ulong to, CancellationToken cancellationToken)
    {
        try
        {
            var logs = await client.GetLogsAsync(filter, from, to, cancellationToken).ConfigureAwait(false);
            _range = Math.Min(_range + (_range / 4) + 1, (ulong)options.MaxRange);
            return logs;
        }
        catch (RpcException e) when (e.Kind is RpcErrorKind.Timeout)
        {
            // Perhaps the range was too much work, perhaps the endpoint is gone: ask for less, after the pause that the latter needs.
            _range = Math.Max(1, (to - from + 1) / 2);
            throw;
        }
    }

    // Null if all that was applied stands again by now.
    private async Task<LogBatch?> RollBackAsync(CancellationToken cancellationToken)
    {
        var numbers = _cursor.Points.Select(point => point.Number).ToArray();
        var headers = await client.GetBlocksAsync(numbers, cancellationToken).ConfigureAwait(false);
        var standing = numbers.Length;
        while (standing > 0 && headers[standing - 1]?.Hash != _cursor.Points[standing - 1].Hash)
            standing--;
        if (standing == numbers.Length)
            return null;
        _cursor = _cursor.CutTo(standing);
        return new LogBatch.RolledBack(_cursor, _cursor.Head?.Number);
    }

    private static bool AreOf(IReadOnlyList<LogEntry> logs, List<BlockHeader> headers)
    {
        var hashes = headers.ToDictionary(header => header.Number, header => header.Hash);
        return logs.All(log => !hashes.TryGetValue(log.BlockNumber, out var hash) || hash == log.BlockHash);
    }
}
