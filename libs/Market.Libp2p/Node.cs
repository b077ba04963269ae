using System.Collections.Concurrent;
using Market.Libp2p.Connections;
using Market.Libp2p.Identify;
using Market.Libp2p.Noise;
using Market.Libp2p.Ping;
using Market.Libp2p.Yamux;

namespace Market.Libp2p;

/// <summary>A libp2p node: listens, dials, and carries streams of named protocols between proven peers.</summary>
/// <remarks>TCP, Noise, yamux, identify and ping. Thread-safe; any number of nodes may live in one process.</remarks>
public sealed partial class Node : IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly NoiseIdentity _noise;
    private readonly AdmissionControl _admission;
    private readonly ConnectionTable _connections;
    private readonly AddressBook _book;
    private readonly IdentifyExchange _identify;
    private readonly Dialler _dialler;
    private readonly SessionSettings _session;
    private readonly List<Listener> _listeners = [];
    private readonly ConcurrentDictionary<PeerId, Task<Connection>> _dials = new();
    private readonly ConcurrentDictionary<string, Func<Connection, PeerStream, CancellationToken, Task>> _handlers = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskTally _running = new();
    private Multiaddr[] _addresses = [];
    private int _disposed;

    private Node(NodeOptions options)
    {
        _options = options;
        _noise = new NoiseIdentity(options.Identity, Handshake.Muxers);
        _admission = new AdmissionControl(options.Limits);
        _connections = new ConnectionTable(options.Limits.ConnectionsPerPeer);
        _book = new AddressBook(options.Limits.KnownPeers);
        _identify = new IdentifyExchange(Describe, _book, options.Limits, options.Time);
        _dialler = new Dialler(ConnectAsync, options);
        _session = new SessionSettings(options.Limits, new MemoryBudget(options.Limits.ReceiveMemory), options.Time);
        _handlers[IdentifyMessage.Protocol] = (c, s, t) => c.ServeAsync(_identify.AnswerAsync, s, t);
        _handlers[IdentifyMessage.PushProtocol] = (c, s, t) => c.ServeAsync(_identify.TakePushAsync, s, t);
        _handlers[PingProtocol.Protocol] = (c, s, t) => c.ServeAsync((_, stream, token) => PingProtocol.AnswerAsync(stream, token), s, t);
    }

    /// <summary>The id that this node proves to others.</summary>
    public PeerId PeerId => _options.Identity.PeerId;

    /// <summary>The addresses that others are told, each ending in this node's <c>/p2p</c> id.</summary>
    public IReadOnlyList<Multiaddr> Addresses => _addresses;

    /// <summary>The live connections.</summary>
    public IReadOnlyList<ConnectedPeer> Peers => [.. _connections.All.Select(c => new ConnectedPeer(
        c.Remote, c.RemoteAddress, c.IsOutbound, c.Session.RoundTrip, c.Session.StreamCount, c.About?.Agent, c.About?.Protocols ?? []))];

    /// <summary>Bytes held for streams that were not read yet, and for grown windows.</summary>
    public long ReceiveMemoryHeld => _session.Budget.Held;

    /// <summary>Starts a node: binds its addresses and begins to dial its bootstrap peers in the background.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pReason.ListenFailed"/>: an address cannot be bound, such as a port in use.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<Node> StartAsync(NodeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var node = new Node(options);
        try
        {
            node.Listen();
        }
        catch (Libp2pException)
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        foreach (var address in options.Bootstrap)
        {
            node._running.Add(node.StayConnectedAsync(address));
        }

        return node;
    }

    /// <summary>Answers streams of a protocol.</summary>
    /// <param name="protocol">The protocol's name, such as <c>/market/job/1</c>.</param>
    /// <param name="handler">
    /// Runs once per stream, on the pool. When it returns, what it wrote is sent and the stream closed; when it throws,
    /// the stream is reset. Its token is cancelled when the connection ends or the node stops.
    /// </param>
    /// <exception cref="ArgumentException">The protocol has a handler already.</exception>
    public void Handle(string protocol, Func<PeerStream, CancellationToken, Task> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        ArgumentNullException.ThrowIfNull(handler);
        if (!_handlers.TryAdd(protocol, (_, stream, token) => handler(stream, token)))
        {
            throw new ArgumentException($"'{protocol}' has a handler already.", nameof(protocol));
        }
    }

    /// <summary>Remembers where a peer may be reached; at most 32 addresses are kept per peer, the latest first.</summary>
    public void AddAddresses(PeerId peer, IEnumerable<Multiaddr> addresses)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(addresses);
        _book.Add(peer, addresses);
    }

    /// <summary>Opens a stream with a peer, over a connection that exists or by dialling its known addresses.</summary>
    /// <param name="peer">Who must be at the other end; a peer that proves another id is refused.</param>
    /// <param name="protocols">
    /// The protocols to try, best first. With one, the stream is returned at once, and a peer that does not support it
    /// shows as <see cref="Libp2pReason.ProtocolNotSupported"/> on the first read; with several, the choice is awaited.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="Libp2pException">No address, no connection, no common protocol, or a limit.</exception>
    public async Task<PeerStream> OpenAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(protocols);
        ArgumentOutOfRangeException.ThrowIfZero(protocols.Count, nameof(protocols));
        var connection = await ConnectAsync(peer, cancellationToken).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(_options.Limits.HandshakeTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await StreamNegotiation.OpenAsync(connection, protocols, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Libp2pException(Libp2pReason.Timeout, $"Peer {peer} did not agree on a protocol within {_options.Limits.HandshakeTimeout.TotalSeconds} s.", e);
        }
    }

    /// <summary>Connects with a peer at its known addresses, unless connected.</summary>
    /// <exception cref="Libp2pException">No address is known, or none gave a connection.</exception>
    public async Task DialAsync(PeerId peer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        await ConnectAsync(peer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects to an address and returns who is there; with <c>/p2p/id</c> at its end, only that peer will do.</summary>
    /// <exception cref="Libp2pException">The address cannot be dialled, nobody answers, or another peer does.</exception>
    public async Task<PeerId> DialAsync(Multiaddr address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ThrowIfStopped();
        if (address.PeerId is { } known && _connections.Find(known) is not null)
        {
            return known;
        }

        var connection = await _dialler.DialAsync([address], address.PeerId, cancellationToken).ConfigureAwait(false);
        _book.Add(connection.Remote, [address]);
        return connection.Remote;
    }

    /// <summary>Closes all connections with a peer, letting what was written leave; streams not closed by then are reset.</summary>
    public async Task DisconnectAsync(PeerId peer)
    {
        foreach (var connection in _connections.All.Where(c => c.Remote.Equals(peer)))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Measures the round trip to a peer with the ping protocol.</summary>
    public async Task<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken = default)
    {
        var stream = await OpenAsync(peer, [PingProtocol.Protocol], cancellationToken).ConfigureAwait(false);
        await using var pinged = stream.ConfigureAwait(false);
        return await PingProtocol.MeasureAsync(stream, _options.Time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops listening, closes every connection, and waits until handlers have returned.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(_connections.Close().Select(c => c.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _running.WhenAllAsync().ConfigureAwait(false);
        _noise.Dispose();
        _stopping.Dispose();
    }

    private void ThrowIfStopped()
    {
        if (_stopping.IsCancellationRequested)
        {
            throw new Libp2pException(Libp2pReason.ShutDown, "The node has been disposed.");
        }
    }

    private void Listen()
    {
        foreach (var address in _options.Listen)
        {
            var listener = Listener.Bind(address);
            _listeners.Add(listener);
        }

        var told = _options.Announce.Count > 0 ? _options.Announce : _listeners.SelectMany(l => TcpAddress.Expand(l.EndPoint));
        _addresses = [.. told.Select(a => a.WithPeer(PeerId)).Take(AddressBook.MostAddresses)];
        foreach (var listener in _listeners)
        {
            var bound = Multiaddr.FromEndPoint(listener.EndPoint);
            listener.Start(socket => _running.Add(AcceptAsync(socket)), e => _options.Logger.AcceptFailed(bound, e.Message), _options.Time);
            _options.Logger.Listening(bound, PeerId);
        }
    }

    private IdentifyMessage Describe(Connection connection) => new(
        _options.Identity.PublicKey, _addresses, [.. _handlers.Keys.Order(StringComparer.Ordinal).Take(IdentifyMessage.MostProtocols)],
        connection.RemoteAddress, "ipfs/0.1.0", _options.Agent);
}
