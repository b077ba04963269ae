using System.CommandLine;
using Market.Chain;
using Market.Chain.State;
using Market.Ethereum.Rpc;

namespace Market.Node.Settings;

/// <summary>The chain for commands that only read.</summary>
public sealed class ChainView : IAsyncDisposable
{
    private readonly EthereumClient _client;
    private readonly MarketFollower _follower;

    private ChainView(EthereumClient client, Deployment deployment, MarketFollower follower)
    {
        _client = client;
        _follower = follower;
        Contract = new MarketContract(client, deployment);
    }

    public MarketContract Contract { get; }

    public MarketFollower Follower => _follower;

    public MarketState State => _follower.State;

    public static async Task<ChainView> StartAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var deployment = PeerSettings.Deployment(parsed);
        var client = await deployment.ConnectAsync(null, cancellationToken).ConfigureAwait(false);
        try
        {
            return new ChainView(client, deployment, await MarketFollower.StartAsync(client, deployment, null, forgetsEnded: false, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _follower.DisposeAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
    }
}
