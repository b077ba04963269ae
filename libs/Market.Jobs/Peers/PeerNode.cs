using System.Security.Cryptography;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Content.Exchange;
using Market.Content.Storage;
using Market.Ethereum;
using Market.Ethereum.Logs;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;
using Market.Jobs.Packaging;
using Market.Libp2p;

namespace Market.Jobs.Peers;

/// <summary>One account's place in the market: its node among peers, its blobs, its view of the chain, and its voice on it.</summary>
public sealed class PeerNode : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);
    private readonly EthereumClient _client;
    private readonly Identity _identity;
    private readonly PeerNodeOptions _options;

    private PeerNode(
        PeerNodeOptions options, EthereumClient client, MarketAccount account, MarketFollower follower, BlobStore store, Identity identity, Node node, Shelf shelf)
    {
        _options = options;
        _client = client;
        _identity = identity;
        Account = account;
        Follower = follower;
        Store = store;
        Node = node;
        Shelf = shelf;
        Fetcher = new BlobFetcher(node, store, new FetchOptions());
    }

    /// <summary>Acts on the market.</summary>
    public MarketAccount Account { get; }

    /// <summary>Knows the market's state.</summary>
    public MarketFollower Follower { get; }

    /// <summary>Holds blobs.</summary>
    public BlobStore Store { get; }

    /// <summary>Speaks with peers.</summary>
    public Node Node { get; }

    /// <summary>What is handed out to whom.</summary>
    public Shelf Shelf { get; }

    /// <summary>Fetches blobs from peers.</summary>
    public BlobFetcher Fetcher { get; }

    /// <summary>Where the market is.</summary>
    public Deployment Deployment => _options.Deployment;

    /// <summary>Where this node keeps its files.</summary>
    public string DataFolder => _options.DataFolder;

    /// <summary>The stake that this node acts for, or null.</summary>
    public StakeRecord? Stake => Follower.State.StakeOfNode(Account.Address);

    /// <summary>Where peers find this node.</summary>
    public IReadOnlyList<Multiaddr> Addresses =>
        [.. (_options.Announce.Count > 0 ? _options.Announce : Node.Addresses).Select(a => a.PeerId is null ? a.WithPeer(Node.PeerId) : a)];

    /// <summary>Opens the data folder, connects to the chain, folds its state and starts the node.</summary>
    /// <exception cref="EthereumException">The chain cannot be reached or is another one, or the journal is open elsewhere.</exception>
    /// <exception cref="Content.ContentException">The data folder is open in another process.</exception>
    /// <exception cref="Libp2pException">An address to listen on is taken.</exception>
    public static async Task<PeerNode> StartAsync(PeerNodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.DataFolder);
        var held = new Stack<object>();
        try
        {
            T Hold<T>(T resource)
                where T : notnull
            {
                held.Push(resource);
                return resource;
            }

            var store = Hold(BlobStore.Open(new BlobStoreOptions(options.BlobFolder ?? Path.Combine(options.DataFolder, "blobs"), options.StoreBytes)));
            var client = Hold(await options.Deployment.ConnectAsync(options.Rpc, cancellationToken).ConfigureAwait(false));
            var sending = new SenderOptions { PollInterval = PollInterval, OnTrouble = e => options.Log($"chain: {e.Message}") };
            var account = Hold(MarketAccount.Open(new MarketContract(client, options.Deployment), options.Key, options.DataFolder, sending));
            await account.ResumeAsync(cancellationToken).ConfigureAwait(false);
            var following = new FollowOptions { Confirmations = options.Confirmations, PollInterval = PollInterval, OnTrouble = e => options.Log($"chain: {e.Message}") };
            var follower = Hold(await MarketFollower.StartAsync(client, options.Deployment, following, options.ForgetsEnded, cancellationToken).ConfigureAwait(false));
            var identity = Hold(PeerAccounts.IdentityOf(options.Key));
            var node = Hold(await Node.StartAsync(new NodeOptions(identity) { Listen = options.Listen, Announce = options.Announce, DialsPrivate = options.DialsPrivate || options.Deployment.ChainId is 1337 or 31337 }, cancellationToken).ConfigureAwait(false));
            var shelf = new Shelf(follower);
            BlobServer.Attach(node, store, new BlobServerOptions { MayFetch = shelf.MayFetchAsync });
            Documents.Serve(node, shelf.FindAsync);
            return new PeerNode(options, client, account, follower, store, identity, node, shelf);
        }
        catch
        {
            while (held.TryPop(out var resource))
            {
                await ReleaseAsync(resource).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>A line of what happens, for people.</summary>
    public void Log(string line) => _options.Log(line);

    /// <summary>32 secret bytes that only this node has, made on first use.</summary>
    public byte[] Secret()
    {
        var path = Path.Combine(DataFolder, "secret");
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(path + ".new", options))
            {
                file.Write(RandomNumberGenerator.GetBytes(32));
                file.Flush(flushToDisk: true);
            }

            File.Move(path + ".new", path);
        }

        var secret = File.ReadAllBytes(path);
        return secret.Length == 32 ? secret : throw new JobException($"'{path}' has {secret.Length} bytes, expected 32.");
    }

    /// <summary>Publishes where this account's node is, and the digest of its profile, if the chain does not say so already.</summary>
    public async Task PublishAsync(Hash256 digest, CancellationToken cancellationToken)
    {
        var addresses = string.Join(',', Addresses.Take(4));
        if (Follower.State.Profiles.GetValueOrDefault(Account.Address) != new Profile(digest, addresses))
        {
            var key = $"profile:{Follower.State.Block}:{digest}";
            await Account.SendAsync(key, MarketCalls.PublishProfile(digest, addresses), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Fetches a job's data from whoever has it, trying again with every block.</summary>
    /// <param name="job">The job.</param>
    /// <param name="patience">How long it is tried.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="JobException">The bundle is unsound.</exception>
    /// <exception cref="Content.ContentException">The data does not fit into the store, or nobody served it in time; the message names the last trouble.</exception>
    public async Task<JobData> FetchJobAsync(JobRecord job, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        var trouble = "nobody answers";
        try
        {
            while (true)
            {
                var state = Follower.State;
                try
                {
                    return await FetchJobOnceAsync(state.Job(job.Id) ?? job, state, limit.Token).ConfigureAwait(false);
                }
                catch (Content.ContentException e) when (e.Reason is Content.ContentReason.NotFetched or Content.ContentReason.Refused or Content.ContentReason.Missing or Content.ContentReason.Corrupt)
                {
                    trouble = e.Message;
                    await Follower.NextAsync(state, limit.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Content.ContentException(Content.ContentReason.NotFetched, $"The data of job {job.Id} is not to be had within {patience.TotalSeconds:0} s: {trouble}");
        }
    }

    /// <summary>The name under which a job's blobs are pinned.</summary>
    public static string Holder(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Id.ToString();
    }

    /// <summary>Moves a job on if its time is over; a refusal means that somebody else was faster.</summary>
    /// <param name="job">The job.</param>
    /// <param name="time">The chain's time, earlier by as much as others go first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether a call was tried.</returns>
    public async Task<bool> KeepAsync(JobRecord job, ulong time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (Keeper.DueCall(job, time) is not { } due)
        {
            return false;
        }

        try
        {
            await Account.SendAsync($"keep:{job.Id}:{due.Intent}", due.Call, cancellationToken).ConfigureAwait(false);
        }
        catch (MarketRefusedException e)
        {
            Log($"job {Short(job)}: {due.Intent} was not needed ({e.Error?.GetType().Name ?? "refused"})");
        }

        return true;
    }

    /// <summary>The beginning of a job's id, for people.</summary>
    public static string Short(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Id.ToString()[..10];
    }

    /// <summary>Ends everything; what is stored and signed stays.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (object resource in (object[])[Node, _identity, Follower, Account, _client, Store])
        {
            await ReleaseAsync(resource).ConfigureAwait(false);
        }
    }

    private async Task<JobData> FetchJobOnceAsync(JobRecord job, MarketState state, CancellationToken cancellationToken)
    {
        var data = await JobData.FetchAsync(
            job.Spec.ToRules(), Holder(job), Store, Fetcher, PeerAccounts.SourcesOf(Node, state, job), cancellationToken).ConfigureAwait(false);
        Shelf.Publish(data.Blobs);
        return data;
    }

    private static async ValueTask ReleaseAsync(object resource)
    {
        if (resource is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            ((IDisposable)resource).Dispose();
        }
    }
}
