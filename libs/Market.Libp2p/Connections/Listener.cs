using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Market.Libp2p.Connections;

/// <summary>A bound TCP socket and the loop that accepts on it.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private const int Backlog = 512;
    private readonly Socket _socket;
    private Task _loop = Task.CompletedTask;

    private Listener(Socket socket) => _socket = socket;

    internal IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Binds; a port in use is an exception that names the address.</summary>
    internal static Listener Bind(Multiaddr address)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address.Parts[0].Value), int.Parse(address.Parts[1].Value, CultureInfo.InvariantCulture));
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new Listener(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new Libp2pException(Libp2pReason.ListenFailed, $"Cannot listen on '{address}': {e.Message}", e);
        }
    }

    /// <summary>Accepts until disposed. When the process is out of descriptors the next attempt waits a little.</summary>
    internal void Start(Action<Socket> accepted, Action<SocketException> failed, TimeProvider time) => _loop = AcceptAsync(accepted, failed, time);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
    }

    private async Task AcceptAsync(Action<Socket> accepted, Action<SocketException> failed, TimeProvider time)
    {
        while (true)
        {
            try
            {
                accepted(await _socket.AcceptAsync().ConfigureAwait(false));
            }
            catch (SocketException e) when (e.SocketErrorCode is not (SocketError.OperationAborted or SocketError.Interrupted))
            {
                failed(e);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }
}
