using Market.Chain;
using Market.Chain.State;
using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;
using Market.Index.Storage;

namespace Market.Index.Writing;

/// <summary>Follows a market and keeps its index up to date, through reorganizations and restarts.</summary>
/// <remarks>Of several followers of one shared index one writes; the others only know the newest state.</remarks>
public sealed class IndexFollower
{
    internal static readonly TimeSpan SaveAfter = TimeSpan.FromSeconds(20);
    private readonly IndexStore _store;
    private readonly IndexTables _tables;
    private readonly EthereumClient _client;
    private readonly Deployment _deployment;
    private readonly IndexFollowerOptions _options;
    private long _saved;

    /// <summary>Prepares to follow.</summary>
    /// <param name="store">The index; its tables are made.</param>
    /// <param name="client">Whom to ask about the chain.</param>
    /// <param name="deployment">Where the market is.</param>
    /// <param name="options">How.</param>
    public IndexFollower(IndexStore store, EthereumClient client, Deployment deployment, IndexFollowerOptions options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(deployment);
        ArgumentNullException.ThrowIfNull(options);
        (_store, _tables, _client, _deployment, _options) = (store, new IndexTables(store, deployment), client, deployment, options);
    }

    /// <summary>Follows until it is stopped.</summary>
    /// <exception cref="IndexException">The index is another market's.</exception>
    /// <exception cref="Market.Ethereum.EthereumException">The endpoint refuses for good, or contradicts itself.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var saved = await _tables.LoadAsync(cancellationToken).ConfigureAwait(false);
        var cursor = LogCursor.At(saved.Points);
        if (_options.Writes && cursor.Head is not null)
        {
            // What was written after the state was saved is written again, or was never so if the chain is another by now.
            await _tables.RewindAsync(saved.State, cursor, cancellationToken).ConfigureAwait(false);
        }

        var start = saved.State;
        while (true)
        {
            await FollowFromAsync(start, cursor, cancellationToken).ConfigureAwait(false);
            if (_options.Writes)
            {
                await _store.ClearAsync(cancellationToken).ConfigureAwait(false);
            }

            (start, cursor) = (MarketState.Empty, LogCursor.Start);
        }
    }

    /// <summary>Follows until a reorganization goes deeper than what can be undone.</summary>
    private async Task FollowFromAsync(MarketState start, LogCursor cursor, CancellationToken cancellationToken)
    {
        var history = new StateHistory(start);
        var following = _options.Follow with { StartBlock = _deployment.Block };
        var follower = new LogFollower(_client, new LogFilter { Addresses = [_deployment.Market] }, following);
        await foreach (var batch in follower.FollowAsync(cursor.Head is null ? null : cursor, cancellationToken).ConfigureAwait(false))
        {
            if (batch is LogBatch.Applied applied)
            {
                var before = history.Current;
                await WriteAsync(StateChanges.Between(before, history.Apply(applied)), history, batch.Cursor, cancellationToken).ConfigureAwait(false);
            }
            else if (!history.TryRollBack(((LogBatch.RolledBack)batch).ToBlock))
            {
                return;
            }
            else if (_options.Writes)
            {
                await _tables.RewindAsync(history.Current, batch.Cursor, cancellationToken).ConfigureAwait(false);
            }

            _options.OnState(history.Current);
        }
    }

    private async Task WriteAsync(StateChanges changes, StateHistory history, LogCursor cursor, CancellationToken cancellationToken)
    {
        history.ForgetEnded();
        if (!_options.Writes)
        {
            return;
        }

        // The whole state is much: it is saved now and then, and what came after is read from the chain once more.
        var save = _saved == 0 || _options.Clock.GetElapsedTime(_saved) >= SaveAfter;
        await _tables.WriteAsync(changes, history.Current, save ? cursor : null, cancellationToken).ConfigureAwait(false);
        _saved = save ? _options.Clock.GetTimestamp() : _saved;
    }
}
