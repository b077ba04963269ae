using System.Net;
using System.Net.Sockets;
using Market.Libp2p.Identify;
using Market.Libp2p.Noise;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Connections;

/// <summary>One live connection with a proven peer: owns the socket, the session and their loops.</summary>
internal sealed class Connection : IAsyncDisposable
{
    private const long OwnMemory = 512 << 10;
    private const double PushesPerSecond = 0.2;
    private const int MostServiceStreams = 8;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly SocketSource _source;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryBudget _budget;
    private readonly SessionSettings _settings;
    private SecureReader? _reader;
    private byte[] _early = [];
    private Libp2pException? _error;
    private int _serviceStreams;

    private Connection(Socket socket, SessionSettings settings, bool outbound)
    {
        (_socket, _source, IsOutbound) = (socket, new SocketSource(socket), outbound);
        _budget = new MemoryBudget(settings.Limits.ReceiveMemoryPerConnection, settings.Budget, OwnMemory);
        Pushes = new TokenBucket(PushesPerSecond, burst: 8, settings.Time);
        _settings = settings with { Budget = _budget };
        RemoteEndPoint = (IPEndPoint)socket.RemoteEndPoint!;
        RemoteAddress = Multiaddr.FromEndPoint(RemoteEndPoint);
        Closing = _closing.Token;
        socket.NoDelay = true;
    }

    internal bool IsOutbound { get; }

    internal IPEndPoint RemoteEndPoint { get; }

    internal Multiaddr RemoteAddress { get; }

    internal PeerId Remote { get; private set; } = null!;

    internal YamuxSession Session { get; private set; } = null!;

    /// <summary>What the peer last said about itself; null until it has.</summary>
    internal IdentifyMessage? About { get; private set; }

    /// <summary>How often the peer may say unasked what it is.</summary>
    internal TokenBucket Pushes { get; }

    /// <summary>Cancelled when the connection ends for any reason.</summary>
    internal CancellationToken Closing { get; }

    /// <summary>Completes when nothing of the connection is left.</summary>
    internal Task Closed => _closed.Task;

    /// <summary>Performs the handshake on a connected socket, which is disposed if that fails.</summary>
    internal static async Task<Connection> SecureAsync(
        Socket socket, NoiseIdentity identity, Role role, SessionSettings settings, Action<Connection, YamuxStream> accept, CancellationToken cancellationToken)
    {
        Connection? connection = null;
        try
        {
            connection = new Connection(socket, settings, role.IsDialler);
            var handshake = new Handshake(identity, socket, connection._source, e => connection.Abort(e));
            var secured = role.IsDialler
                ? await handshake.DialAsync(role.Expected, cancellationToken).ConfigureAwait(false)
                : await handshake.AcceptAsync(cancellationToken).ConfigureAwait(false);
            connection.Remote = secured.Remote;
            connection._reader = secured.Reader;
            connection.Session = new YamuxSession(secured.Reader, secured.Writer, role.IsDialler, connection._settings, s => accept(connection, s));
            connection._early = secured.EarlyBytes;
            return connection;
        }
        catch
        {
            connection?._source.Dispose();
            connection?._closing.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Starts receiving; once only.</summary>
    internal void Start(Action<Connection, Libp2pException> ended) => _ = RunAsync(ended);

    /// <summary>Ends the connection for a reason, without waiting.</summary>
    internal void Abort(Exception why)
    {
        var error = why as Libp2pException ?? new Libp2pException(Libp2pReason.ConnectionLost, $"The connection failed: {why.Message}", why);
        if (Interlocked.CompareExchange(ref _error, error, null) is null)
        {
            _ = _closing.CancelAsync();
        }
    }

    /// <summary>Takes what the peer says about itself; what is absent is unchanged.</summary>
    internal void Learn(IdentifyMessage told)
    {
        lock (_gate)
        {
            About = About?.Merge(told) ?? told;
        }
    }

    /// <summary>Serves a stream of the library's own protocols, of which an honest peer has one or two at a time.</summary>
    internal async Task ServeAsync(Func<Connection, PeerStream, CancellationToken, Task> serve, PeerStream stream, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _serviceStreams) > MostServiceStreams)
            {
                throw new Libp2pException(Libp2pReason.LimitExceeded, $"More than {MostServiceStreams} streams of {stream.Protocol} and the like are open.");
            }

            await serve(this, stream, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _serviceStreams);
        }
    }

    /// <summary>Says goodbye, lets what was written leave, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort(new Libp2pException(Libp2pReason.ConnectionLost, "The connection was closed by this end."));
        await Closed.ConfigureAwait(false);
    }

    private async Task RunAsync(Action<Connection, Libp2pException> ended)
    {
        var keepAlive = KeepAliveAsync();
        try
        {
            Session.Process(_early);
            await Session.ReceiveAsync(Closing).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever a peer's bytes provoke ends its connection and nothing else.
            Abort(e);
        }

        var error = _error!;
        await SayGoodbyeAsync(error).ConfigureAwait(false);
        Session.Fail(error);
        Session.Writer.Dispose();
        _socket.Dispose();
        await keepAlive.ConfigureAwait(false);
        _reader!.Dispose();
        ended(this, error);
        _closed.SetResult();
    }

    private async Task SayGoodbyeAsync(Libp2pException error)
    {
        // A stream that this end had not finished must not look finished at the other, as it would to js-libp2p.
        Session.LeaveStreams(error);
        Session.SendGoAway(error.Reason is Libp2pReason.ProtocolViolation or Libp2pReason.LimitExceeded ? 1u : 0u);
        using var limit = new CancellationTokenSource(Farewell, _settings.Time);
        try
        {
            await Session.Writer.DrainAsync(limit.Token).ConfigureAwait(false);
            _socket.Shutdown(SocketShutdown.Send);
            await DiscardAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other end does not take our farewell; it is closed on without one.
        }
    }

    // A socket that is closed with bytes to read resets the connection, and the other end loses what we wrote last.
    private async Task DiscardAsync(CancellationToken cancellationToken)
    {
        var scratch = new byte[16 << 10];
        while (await _socket.ReceiveAsync(scratch, SocketFlags.None, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    private async Task KeepAliveAsync()
    {
        using var timer = new PeriodicTimer(_settings.Limits.KeepAliveInterval, _settings.Time);
        try
        {
            do
            {
                using var limit = new CancellationTokenSource(_settings.Limits.KeepAliveTimeout, _settings.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Closing);
                await Session.PingAsync(either.Token).ConfigureAwait(false);
                Session.SweepLingering();
            }
            while (await timer.WaitForNextTickAsync(Closing).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!Closing.IsCancellationRequested)
        {
            Abort(new Libp2pException(Libp2pReason.Timeout, $"The peer answered no ping within {_settings.Limits.KeepAliveTimeout.TotalSeconds} s."));
        }
        catch (Exception e) when (e is OperationCanceledException or Libp2pException)
        {
            // The connection has ended, which is what this loop waits for.
        }
    }

    /// <summary>Which side of the handshake this end is, and whom it wants to find.</summary>
    internal readonly record struct Role(bool IsDialler, PeerId? Expected);
}
