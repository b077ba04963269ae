using System.Runtime.CompilerServices;
using Market.Ethereum.Rpc;

namespace Market.Ethereum.Logs;

/// <summary>Follows the logs of contracts from a block on, through reorganizations, refusals and lost connections.</summary>
/// <remarks>
/// <para>What the sequence of batches guarantees, as far as the endpoint does not invent blocks:</para>
/// <list type="bullet">
/// <item>Applied ranges join without gap or overlap: each begins one above the block that was last applied or rolled back to.</item>
/// <item>Each log of the followed branch that matches the filter comes exactly once, in the chain's order.</item>
/// <item>Before a block of another branch is applied, a rollback names the newest applied block that both branches share.
/// If the reorganization is deeper than the remembered blocks, it names an older one, or none: then everything comes again.</item>
/// <item>A follower that resumes from a batch's cursor continues as if it had never stopped.</item>
/// </list>
/// <para>An endpoint that falls behind, cannot be reached, or whose blocks do not follow each other, is waited for. One that contradicts itself or the question
/// (logs out of order, outside the range, of other contracts, of other blocks) ends the sequence with an <see cref="RpcException"/>.</para>
/// </remarks>
public sealed class LogFollower
{
    private readonly EthereumClient _client;
    private readonly LogFilter _filter;
    private readonly FollowOptions _options;

    /// <summary>Prepares a follower; it reads nothing before its batches are asked for.</summary>
    public LogFollower(EthereumClient client, LogFilter filter, FollowOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(filter);
        _client = client;
        _filter = filter;
        _options = options ?? new FollowOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxRange, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.RememberedBlocks, 1);
    }

    /// <summary>The batches, without end; waits for blocks that are yet to come.</summary>
    /// <param name="cursor">Where an earlier follower of the same filter stopped, or null to begin at <see cref="FollowOptions.StartBlock"/>.</param>
    /// <param name="cancellationToken">Ends the sequence.</param>
    /// <exception cref="RpcException">The endpoint refuses for good, or contradicts itself.</exception>
    public async IAsyncEnumerable<LogBatch> FollowAsync(
        LogCursor? cursor = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = new ChainReader(_client, _filter, _options, cursor ?? LogCursor.Start);
        var heads = new NewHeads(_client.Rpc, _options.PollInterval);
        await using (heads.ConfigureAwait(false))
        {
            for (var failures = 0; ;)
            {
                LogBatch? batch = null;
                RpcException? trouble = null;
                try
                {
                    batch = await reader.StepAsync(cancellationToken).ConfigureAwait(false);
                    failures = 0;
                }
                catch (RpcException e) when (e.IsTransient)
                {
                    trouble = e;
                }

                if (batch is not null)
                    yield return batch;
                else if (trouble is null)
                    await heads.WaitAsync(cancellationToken).ConfigureAwait(false);
                else
                    await PauseAsync(trouble, failures++, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task PauseAsync(RpcException trouble, int failures, CancellationToken cancellationToken)
    {
        _options.OnTrouble?.Invoke(trouble);
        var pause = Math.Min(_options.PollInterval.TotalMilliseconds * Math.Pow(2, failures), _options.MaxPause.TotalMilliseconds);
        return Task.Delay(TimeSpan.FromMilliseconds(pause), _client.Rpc.Time, cancellationToken);
    }
}
