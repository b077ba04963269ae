using System.Buffers;
using System.Net.Sockets;

namespace Market.Libp2p.Connections;

/// <summary>Bytes from a socket, held in one pooled buffer until they are taken; used by one reader at a time.</summary>
internal sealed class SocketSource(Socket socket) : IDisposable
{
    private const int FirstSize = 4 << 10;

    /// <summary>Several of the largest Noise messages fit, so one system call brings many; an idle connection keeps 4 KiB.</summary>
    private const int LargestSize = 256 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _start;
    private int _end;
    private bool _disposed;

    internal Memory<byte> Buffered => _buffer.AsMemory(_start, _end - _start);

    internal void Take(int count) => _start += count;

    /// <summary>Waits until at least <paramref name="count"/> bytes are buffered.</summary>
    internal async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            MakeRoom(count);
            int n;
            try
            {
                n = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                throw new Libp2pException(Libp2pReason.ConnectionLost, $"The connection was cut: {e.Message}", e);
            }

            if (n == 0)
            {
                throw new Libp2pException(Libp2pReason.ConnectionLost, "The other end closed the connection.");
            }

            _end += n;
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    private void MakeRoom(int count)
    {
        var held = _end - _start;
        var full = held > 0 && _end == _buffer.Length;
        if (held == 0)
        {
            (_start, _end) = (0, 0);
        }

        if (_start + count <= _buffer.Length && _end < _buffer.Length)
        {
            return;
        }

        var target = _buffer;
        if (full && _buffer.Length < LargestSize)
        {
            target = ArrayPool<byte>.Shared.Rent(LargestSize);
        }

        _buffer.AsSpan(_start, held).CopyTo(target);
        if (target != _buffer)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }

        (_start, _end) = (0, held);
    }
}
