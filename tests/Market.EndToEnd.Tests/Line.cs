using System.Net;
using System.Net.Sockets;

namespace Market.EndToEnd.Tests;

/// <summary>The line to a server on this machine, which a test cuts, holds and mends.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _open = [];
    private readonly int _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flows = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isCut;
    private long _room = long.MaxValue;
    private TaskCompletionSource _spent = new();

    /// <param name="target">The server's port.</param>
    public Line(int target)
    {
        _target = target;
        _flows.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where the server is reached through the line.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Ends all connections, and each new one at once.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            foreach (var socket in _open)
            {
                socket.Dispose();
            }

            _open.Clear();
        }
    }

    /// <summary>Keeps connections, and carries nothing over them, as a server does that hangs.</summary>
    public void Hold() => _flows = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Holds the line once it has carried some more bytes to the server, in the middle of whatever goes over it then.</summary>
    /// <returns>Ends when it is held.</returns>
    public Task HoldAfter(long bytes)
    {
        _spent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _room, bytes);
        return _spent.Task;
    }

    /// <summary>Carries everything again, what was held too.</summary>
    public void Mend()
    {
        lock (_lock)
        {
            _isCut = false;
        }

        _flows.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        _flows.TrySetResult();
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(Socket near)
    {
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_lock)
        {
            if (_isCut)
            {
                near.Dispose();
                far.Dispose();
                return;
            }

            _open.UnionWith([near, far]);
        }

        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(CarryAsync(near, far, Spend), CarryAsync(far, near, _ => { }));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut, or the server is away.
        }

        near.Dispose();
        far.Dispose();
        lock (_lock)
        {
            _open.ExceptWith([near, far]);
        }
    }

    private void Spend(int bytes)
    {
        if (Interlocked.Add(ref _room, -bytes) <= 0)
        {
            Interlocked.Exchange(ref _room, long.MaxValue);
            Hold();
            _spent.TrySetResult();
        }
    }

    private async Task CarryAsync(Socket from, Socket to, Action<int> carried)
    {
        try
        {
            var buffer = new byte[1 << 16];
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                await _flows.Task;
                await to.SendAsync(buffer.AsMemory(0, read));
                carried(read);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One end is gone, and the other goes with it.
        }
    }
}
