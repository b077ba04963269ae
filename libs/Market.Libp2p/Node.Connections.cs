using System.Net;
using System.Net.Sockets;
using Market.Libp2p.Connections;
using Market.Libp2p.Yamux;

namespace Market.Libp2p;

/// <content>How connections come, live and go.</content>
public sealed partial class Node
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(1);

    // Callers that want the same peer share one dial, and each may stop waiting without ending it for the others.
    private async Task<Connection> ConnectAsync(PeerId peer, CancellationToken cancellationToken)
    {
        ThrowIfStopped();
        if (_connections.Find(peer) is { } open)
        {
            return open;
        }

        if (peer.Equals(PeerId))
        {
            throw new Libp2pException(Libp2pReason.WrongPeer, "A node does not dial itself.");
        }

        var dial = new TaskCompletionSource<Connection>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _dials.GetOrAdd(peer, dial.Task);
        if (shared == dial.Task)
        {
            _running.Add(DialKnownAsync(peer, dial));
        }

        return await shared.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task DialKnownAsync(PeerId peer, TaskCompletionSource<Connection> dial)
    {
        try
        {
            Multiaddr[] addresses = [.. _book.Get(peer).Where(TcpAddress.CanDial)];
            dial.SetResult(addresses.Length > 0
                ? await _dialler.DialAsync(addresses, peer, _stopping.Token).ConfigureAwait(false)
                : throw new Libp2pException(Libp2pReason.NoAddress, $"No address of peer {peer} is known that can be dialled."));
        }
        catch (Libp2pException e)
        {
            dial.SetException(e);
        }
        catch (OperationCanceledException e)
        {
            dial.SetException(new Libp2pException(Libp2pReason.ShutDown, "The node has been disposed.", e));
        }
        catch (Exception e)
        {
            // Whatever the other end's bytes provoke, who waits for the dial must hear of it.
            dial.SetException(new Libp2pException(Libp2pReason.DialFailed, $"Dialling peer {peer} failed: {e.Message}", e));
        }
        finally
        {
            _dials.TryRemove(peer, out _);

            // Every waiter may have stopped waiting; its failure is then nobody's.
            _ = dial.Task.Exception;
        }
    }

    private async Task<Connection> ConnectAsync(IPEndPoint endPoint, PeerId? expected, CancellationToken cancellationToken)
    {
        if (!_admission.TryEnterOutbound())
        {
            throw new Libp2pException(Libp2pReason.LimitExceeded, $"{_options.Limits.Connections} connections are open, the limit.");
        }

        var entered = true;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            var connection = await Connection.SecureAsync(
                socket, _noise, new Connection.Role(true, expected), _session, AcceptStream, cancellationToken).ConfigureAwait(false);
            entered = false;
            return Begin(connection) ? connection : throw await RefuseAsync(connection).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            if (entered)
            {
                _admission.LeaveOutbound();
            }

            throw;
        }
    }

    private async Task AcceptAsync(Socket socket)
    {
        var from = (IPEndPoint?)null;
        try
        {
            from = (IPEndPoint)socket.RemoteEndPoint!;
            if (!_admission.TryEnter(from.Address))
            {
                _options.Logger.Refused(Multiaddr.FromEndPoint(from));
                socket.Close(0);
                return;
            }
        }
        catch (SocketException)
        {
            // Gone before it was looked at.
            socket.Dispose();
            return;
        }

        Connection? connection = null;
        try
        {
            using var limit = new CancellationTokenSource(_options.Limits.HandshakeTimeout, _options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
            connection = await Connection.SecureAsync(
                socket, _noise, new Connection.Role(false, null), _session, AcceptStream, either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever a stranger's bytes provoke ends this attempt and nothing else.
            _options.Logger.HandshakeFailed(Multiaddr.FromEndPoint(from), e.Message);
            _admission.Leave(from.Address);
        }
        finally
        {
            _admission.LeaveHandshake(from.Address);
        }

        if (connection is not null && !Begin(connection))
        {
            await RefuseAsync(connection).ConfigureAwait(false);
        }
    }

    private bool Begin(Connection connection)
    {
        if (!_connections.TryAdd(connection))
        {
            return false;
        }

        _options.Logger.Connected(connection.Remote, connection.RemoteAddress);
        connection.Start(OnEnded);
        _running.Add(IdentifyAsync(connection));
        return true;
    }

    // Started all the same, so that the other end hears a goodbye and everything is released in one place.
    private async Task<Libp2pException> RefuseAsync(Connection connection)
    {
        connection.Start(OnEnded);
        await connection.DisposeAsync().ConfigureAwait(false);
        return new Libp2pException(Libp2pReason.LimitExceeded, $"{_options.Limits.ConnectionsPerPeer} connections with peer {connection.Remote} are open, the limit.");
    }

    private void OnEnded(Connection connection, Libp2pException error)
    {
        _connections.Remove(connection);
        if (connection.IsOutbound)
        {
            _admission.LeaveOutbound();
        }
        else
        {
            _admission.Leave(connection.RemoteEndPoint.Address);
        }

        _options.Logger.Disconnected(connection.Remote, error.Reason, error.Message);
    }

    private async Task IdentifyAsync(Connection connection)
    {
        try
        {
            using var limit = new CancellationTokenSource(_options.Limits.HandshakeTimeout, _options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection.Closing);
            await _identify.AskAsync(connection, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Libp2pException or OperationCanceledException)
        {
            _options.Logger.StreamFailed(connection.Remote, e.Message);
        }
    }

    private void AcceptStream(Connection connection, YamuxStream stream) => _running.Add(Task.Run(() => ServeAsync(connection, stream)));

    private async Task ServeAsync(Connection connection, YamuxStream stream)
    {
        var protocol = string.Empty;
        try
        {
            using (var limit = new CancellationTokenSource(_options.Limits.HandshakeTimeout, _options.Time))
            {
                protocol = await StreamNegotiation.AcceptAsync(stream, _handlers.ContainsKey, limit.Token).ConfigureAwait(false);
            }

            await _handlers[protocol](connection, new PeerStream(stream, connection.Remote, connection.RemoteAddress, protocol), connection.Closing).ConfigureAwait(false);
            await stream.Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            stream.Reset();
            _options.Logger.StreamFailed(connection.Remote, e.Message);
        }
        catch (Exception e)
        {
            // A fault of one handler is logged for its author and costs the peer one stream.
            stream.Reset();
            _options.Logger.HandlerFailed(e, protocol, connection.Remote);
        }
        finally
        {
            stream.Dispose();
        }
    }

    private async Task StayConnectedAsync(Multiaddr address)
    {
        var wait = FirstRetry;
        try
        {
            while (true)
            {
                try
                {
                    var peer = await DialAsync(address, _stopping.Token).ConfigureAwait(false);
                    wait = FirstRetry;
                    if (_connections.Find(peer) is { } connection)
                    {
                        await connection.Closed.WaitAsync(_stopping.Token).ConfigureAwait(false);
                    }
                }
                catch (Libp2pException e)
                {
                    _options.Logger.BootstrapFailed(address, e.Message);
                }

                await Task.Delay(wait, _options.Time, _stopping.Token).ConfigureAwait(false);
                wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LastRetry.Ticks));
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }
}
