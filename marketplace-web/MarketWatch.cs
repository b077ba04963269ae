using System.Data.Common;
using System.Numerics;
using Market.Chain;
using Market.Chain.State;
using Market.Content;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;
using Market.Index;
using Market.Index.Reading;
using Market.Index.Storage;
using Market.Index.Writing;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Web.Devnets;
using Market.Web.Hosting;

namespace Market.Web;

/// <summary>The market, followed once for all viewers. Keeps what it knows while the chain does not answer, and says so.</summary>
/// <remarks>Of several servers with one index the first writes it; another takes over when that one is gone.</remarks>
internal sealed class MarketWatch(Deployment deployment, IndexStore store, JobHost host, ILogger<MarketWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private volatile PeerNode? _peer;
    private volatile MarketState? _state;
    private volatile string? _trouble;
    private volatile MarketContract? _contract;
    private volatile DevnetChain? _devnet;
    private int _learnt;
    private long _head;

    /// <summary>Something changed: another state, a model that became known, or trouble that began or ended. Called from any thread.</summary>
    public event Action? Changed;

    /// <summary>The newest state, without jobs that ended long ago; null before the first.</summary>
    public MarketState? State => _state;

    /// <summary>Why the state may be old; null if all is well.</summary>
    public string? Trouble => _trouble;

    /// <summary>Where the market is.</summary>
    public Deployment Deployment => deployment;

    /// <summary>Asks the contract; null while the chain does not answer.</summary>
    public MarketContract? Contract => _contract;

    /// <summary>The chain, if it is a devnet and answers.</summary>
    public DevnetChain? Devnet => _devnet;

    /// <summary>This server's node; null while it is not connected.</summary>
    public PeerNode? Peer => _peer;

    /// <summary>How many of the token's smallest units one unit of the market is.</summary>
    public BigInteger Unit { get; private set; } = 1;

    /// <summary>Answers from the index.</summary>
    public IndexReader Index { get; } = new(store);

    /// <summary>What viewers share until the next block.</summary>
    public SharedAnswers Answers { get; } = new();

    /// <summary>Where the index is.</summary>
    public IndexStore Store => store;

    /// <summary>Whether this server writes the index.</summary>
    public bool Writes { get; private set; }

    /// <summary>How many models of jobs became known: what the index holds changes with it, not only with blocks.</summary>
    public int ModelsLearnt => Volatile.Read(ref _learnt);

    /// <summary>How far the index is behind the chain; null before the first state.</summary>
    public async Task<IndexProgress?> ProgressAsync(CancellationToken cancellationToken) => _state is not { } state ? null : new IndexProgress(
        (long)deployment.Block,
        (await Answers.AskAsync("position", () => Index.PositionAsync(CancellationToken.None), cancellationToken))?.Block,
        Math.Max((long)state.Block, Volatile.Read(ref _head)));

    /// <summary>Says that the model of a job became known.</summary>
    public void Learnt()
    {
        Interlocked.Increment(ref _learnt);
        Answers.Forget();
        Changed?.Invoke();
    }

    /// <summary>Says that the index did not answer; the next state says that all is well again.</summary>
    public void Note(DbException trouble)
    {
        Log.Trouble(logger, trouble.Message);
        _trouble = trouble.Message;
    }

    /// <summary>A job, however long ago it ended; null if there is none.</summary>
    public async Task<JobRecord?> JobAsync(string id, CancellationToken cancellationToken) =>
        !JobId.TryParse(id, out var job) ? null : _state?.Job(job)
        ?? await Answers.AskAsync(job, () => Index.JobAsync(job.ToString(), CancellationToken.None), cancellationToken);

    /// <summary>Waits until a transaction is in a block.</summary>
    public Task<TransactionReceipt> ReceiptAsync(Hash256 transaction, CancellationToken cancellationToken) => UntilAsync(
        async () => _contract is { } contract ? await contract.Client.GetTransactionReceiptAsync(transaction, cancellationToken) : null, cancellationToken);

    /// <summary>Asks now and after each change until there is an answer.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T?>> ask, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void Wake() => next.TrySetResult();
            Changed += Wake;
            try
            {
                if (await ask() is { } answer)
                {
                    return answer;
                }

                await next.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                Changed -= Wake;
            }
        }
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
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            await store.MigrateAsync(ended.Token);
            await using var client = await deployment.ConnectAsync(null, ended.Token);
            var contract = new MarketContract(client, deployment);
            Unit = await contract.UnitAsync(ended.Token);
            _devnet = await DevnetChain.FindAsync(contract, ended.Token);
            await HeadAsync(client, ended.Token);
            _contract = contract;
            await using var lead = await IndexLead.TryTakeAsync(store, ended.Token);
            Writes = lead is not null;
            Task[] running = [FollowAsync(client, ended.Token), HearAsync(client, ended.Token), PeerAsync(folder, ended.Token), Writes ? Task.Delay(Timeout.Infinite, ended.Token) : LeadIsFreeAsync(ended.Token)];
            var first = await Task.WhenAny(running);
            await ended.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }
        catch (Exception e) when (e is EthereumException or Libp2pException or ContentException or IndexException or DbException)
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
            _contract = null;
            _devnet = null;
        }
    }

    private Task FollowAsync(EthereumClient client, CancellationToken cancellationToken)
    {
        var options = new IndexFollowerOptions
        {
            Writes = Writes,
            Follow = new FollowOptions { PollInterval = Poll, OnTrouble = e => Tell(e.Message) },
            OnState = state =>
            {
                (_state, _trouble) = (state, null);
                Answers.Forget();
                Changed?.Invoke();
            },
        };
        return new IndexFollower(store, client, deployment, options).RunAsync(cancellationToken);
    }

    /// <summary>Asks how far the chain is, and tells viewers if that is much further than what was read.</summary>
    private async Task HeadAsync(EthereumClient client, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _head, (long)await client.BlockNumberAsync(cancellationToken));
        if (_state is { } state && Volatile.Read(ref _head) - (long)state.Block > IndexProgress.MostBehind)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Says that the chain is silent long before a question to it is given up, which may be a large one.</summary>
    private async Task HearAsync(EthereumClient client, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Silence, cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Silence);
            try
            {
                await HeadAsync(client, limit.Token);
            }
            catch (Exception e) when (e is EthereumException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                Tell(e is EthereumException ? e.Message : $"Endpoint {client.Rpc.Name} did not answer for {Silence.TotalSeconds} s.");
            }
        }
    }

    /// <summary>The node that fetches evidence and outputs, and offers the data of jobs that are bought here. Only dials: any name will do.</summary>
    private async Task PeerAsync(string folder, CancellationToken cancellationToken)
    {
        using var key = PrivateKey.Generate();
        try
        {
            var options = new PeerNodeOptions(deployment, key, folder) { BlobFolder = host.Blobs, StoreBytes = host.StoreBytes, ForgetsEnded = true, DialsPrivate = host.DialsPrivate, Log = line => Log.Trouble(logger, line) };
            await using var peer = await PeerNode.StartAsync(options, cancellationToken);
            _peer = peer;
            if (_state is not null)
            {
                Changed?.Invoke();
            }

            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var lookup = new ModelLookup(this, new HeadBook(store), peer);
            Task[] running = [host.RunAsync(peer, ended.Token), .. Writes ? [lookup.LookAtChangesAsync(ended.Token), lookup.SweepAsync(ended.Token)] : Array.Empty<Task>()];
            var first = await Task.WhenAny(running);
            await ended.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }
        finally
        {
            _peer = null;
        }
    }

    private async Task LeadIsFreeAsync(CancellationToken cancellationToken)
    {
        if (!store.IsShared)
        {
            throw new IndexException($"The index {store.Name} is open in another program; name another with --index.");
        }

        while (true)
        {
            await Task.Delay(Pause, cancellationToken);
            await using var lead = await IndexLead.TryTakeAsync(store, cancellationToken);
            if (lead is not null)
            {
                return;
            }
        }
    }

    private void Tell(string trouble)
    {
        Log.Trouble(logger, trouble);
        _trouble = trouble;
        Changed?.Invoke();
    }
}
