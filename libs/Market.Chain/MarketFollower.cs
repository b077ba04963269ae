using Market.Chain.State;
using Market.Ethereum;
using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;

namespace Market.Chain;

/// <summary>Keeps a <see cref="MarketState"/> at the head of the chain, through reorganizations and lost connections.</summary>
/// <remarks>Thread-safe. Whoever waits sees the newest state, not every state between.</remarks>
public sealed class MarketFollower : IAsyncDisposable
{
    private readonly EthereumClient _client;
    private readonly Deployment _deployment;
    private readonly FollowOptions _options;
    private readonly bool _forgetsEnded;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile MarketState _state = MarketState.Empty;
    private readonly Task _following;

    private MarketFollower(EthereumClient client, Deployment deployment, FollowOptions options, bool forgetsEnded)
    {
        _forgetsEnded = forgetsEnded;
        _client = client;
        _deployment = deployment;
        _options = options with { StartBlock = deployment.Block };
        _following = FollowAsync(_stop.Token);
    }

    /// <summary>The newest state.</summary>
    public MarketState State => _state;

    /// <summary>Follows a market from its deployment on; returns once the state is that of the chain's head.</summary>
    /// <param name="client">Whom to ask about the chain.</param>
    /// <param name="deployment">Where the market is.</param>
    /// <param name="options">How the chain is read; the first block is the deployment's.</param>
    /// <param name="forgetsEnded">Whether jobs leave the state some time after they ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EthereumException">The endpoint refuses or contradicts itself.</exception>
    public static async Task<MarketFollower> StartAsync(
        EthereumClient client, Deployment deployment, FollowOptions? options, bool forgetsEnded, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(deployment);
        var follower = new MarketFollower(client, deployment, options ?? new FollowOptions(), forgetsEnded);
        try
        {
            await Task.WhenAny(follower._caughtUp.Task, follower._following).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (follower._following.IsCompleted)
            {
                await follower._following.ConfigureAwait(false);
            }

            return follower;
        }
        catch
        {
            await follower.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for a state that satisfies a condition and returns it.</summary>
    /// <exception cref="EthereumException">Following ended, since the endpoint refuses or contradicts itself.</exception>
    public async Task<MarketState> WaitAsync(Func<MarketState, bool> condition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(condition);
        while (true)
        {
            var changed = _changed.Task;
            var state = _state;
            if (condition(state))
            {
                return state;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a block after the one of <paramref name="seen"/> and returns its state.</summary>
    /// <exception cref="EthereumException">Following ended.</exception>
    public Task<MarketState> NextAsync(MarketState seen, CancellationToken cancellationToken) =>
        WaitAsync(state => !ReferenceEquals(state, seen), cancellationToken);

    /// <summary>Stops following.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            var head = await _client.BlockNumberAsync(cancellationToken).ConfigureAwait(false);
            LogCursor? cursor = null;
            while (true)
            {
                cursor = await FollowFromAsync(cursor, head, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            _changed.TrySetException(e);
            _ = _changed.Task.Exception;
            throw;
        }
    }

    /// <summary>Follows until a reorganization goes deeper than what is kept; then everything is folded anew.</summary>
    private async Task<LogCursor?> FollowFromAsync(LogCursor? cursor, ulong head, CancellationToken cancellationToken)
    {
        var history = new StateHistory(MarketState.Empty);
        var follower = new LogFollower(_client, new LogFilter { Addresses = [_deployment.Market] }, _options);
        await foreach (var batch in follower.FollowAsync(cursor, cancellationToken).ConfigureAwait(false))
        {
            if (batch is LogBatch.Applied applied)
            {
                history.Apply(applied);
                if (_forgetsEnded)
                {
                    history.ForgetEnded();
                }

                Publish(history.Current);
                if (applied.ToBlock + _options.Confirmations >= head)
                {
                    _caughtUp.TrySetResult();
                }
            }
            else if (batch is LogBatch.RolledBack rolledBack)
            {
                if (!history.TryRollBack(rolledBack.ToBlock))
                {
                    break;
                }

                Publish(history.Current);
            }
        }

        Publish(MarketState.Empty);
        return null;
    }

    private void Publish(MarketState state)
    {
        _state = state;
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }
}
