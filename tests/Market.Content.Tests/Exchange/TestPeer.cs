using Market.Content.Exchange;
using Market.Content.Storage;
using Market.Libp2p;

namespace Market.Content.Tests.Exchange;

/// <summary>A node with a store, listening on loopback.</summary>
internal sealed class TestPeer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Identity _identity;

    private TestPeer(Node node, Identity identity, long capacity)
    {
        (Node, _identity) = (node, identity);
        Store = BlobStore.Open(new BlobStoreOptions(_folder.Path, capacity));
    }

    public Node Node { get; }

    public BlobStore Store { get; }

    public PeerId Id => Node.PeerId;

    public string Folder => _folder.Path;

    public static async Task<TestPeer> StartAsync(CancellationToken cancellationToken, long capacity = 256 << 20)
    {
        var identity = Identity.GenerateEd25519();
        var node = await Node.StartAsync(new NodeOptions(identity) { Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] }, cancellationToken);
        return new TestPeer(node, identity, capacity);
    }

    /// <summary>Serves the store as the product does.</summary>
    public TestPeer Serving(BlobServerOptions? options = null)
    {
        BlobServer.Attach(Node, Store, options ?? new BlobServerOptions());
        return this;
    }

    /// <summary>Answers the protocol as the test says.</summary>
    public TestPeer Answering(Func<PeerStream, CancellationToken, Task> handler)
    {
        Node.Handle(BlobServer.Protocol, handler);
        return this;
    }

    public TestPeer Knows(params ReadOnlySpan<TestPeer> others)
    {
        foreach (var other in others)
        {
            Node.AddAddresses(other.Id, other.Node.Addresses);
        }

        return this;
    }

    public BlobFetcher Fetcher(FetchOptions? options = null) => new(Node, Store, options ?? new FetchOptions());

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Store.Dispose();
        _folder.Dispose();
        _identity.Dispose();
    }
}
