using System.Collections.Concurrent;
using Market.Chain;
using Market.Chain.State;
using Market.Content;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Protocol.Verdicts;

namespace Market.Web;

/// <summary>The market's state, followed once for all viewers. Keeps what it knows while the chain does not answer, and says so.</summary>
internal sealed class MarketWatch(Deployment deployment, ILogger<MarketWatch> logger) : BackgroundService
{
    private const int EvidenceKept = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<JobId, Evidence> _evidence = new();
    private volatile PeerNode? _peer;
    private volatile MarketState? _state;
    private volatile string? _trouble;

    /// <summary>Something changed: another state, or trouble that began or ended. Called from any thread.</summary>
    public event Action? Changed;

    /// <summary>The newest state; null before the first.</summary>
    public MarketState? State => _state;

    /// <summary>Why the state may be old; null if all is well.</summary>
    public string? Trouble => _trouble;

    /// <summary>The evidence of a job's verdict, from its verifier; null while it is not to be had.</summary>
    public async Task<Evidence?> EvidenceAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (_evidence.TryGetValue(job.Id, out var known))
        {
            return known;
        }

        var found = _peer is { } peer ? await EvidenceLookup.FindAsync(peer, job, cancellationToken) : null;
        if (found is not null && _evidence.Count < EvidenceKept)
        {
            _evidence[job.Id] = found;
        }

        return found;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var folder = Directory.CreateTempSubdirectory("market-web-").FullName;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await WatchAsync(folder, stoppingToken);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task WatchAsync(string folder, CancellationToken stoppingToken)
    {
        // Only dials, and asks for what everybody may have: any name will do.
        using var key = PrivateKey.Generate();
        try
        {
            await using var peer = await PeerNode.StartAsync(new PeerNodeOptions(deployment, key, folder) { Log = Tell }, stoppingToken);
            _peer = peer;
            for (var state = peer.Follower.State; ; state = await peer.Follower.NextAsync(state, stoppingToken))
            {
                (_state, _trouble) = (state, null);
                Changed?.Invoke();
            }
        }
        catch (Exception e) when (e is EthereumException or Libp2pException or ContentException)
        {
            Tell(e.Message);
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
        finally
        {
            _peer = null;
        }
    }

    private void Tell(string trouble)
    {
        Log.Trouble(logger, trouble);
        _trouble = trouble;
        Changed?.Invoke();
    }
}
