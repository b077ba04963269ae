using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Market.Libp2p.Noise;

/// <summary>
/// The sending half of a secured connection. What is appended while a send is under way leaves with the next one, in
/// as few and as full Noise messages as possible, so small writes of many streams share messages and system calls.
/// <code>
///   buffer:  | length | text ≤ 65519 | tag | length | text ≤ 65519 | tag | …   3 full messages and most of a fourth
///            | data may fill these three               | control frames only |
/// </code>
/// </summary>
/// <remarks>
/// Data waits for room, which is the back-pressure on writers. Control frames (credit, resets, ping answers) never wait,
/// because the receive loop sends them; a peer that lets even their reserve fill up is not reading and is cut off.
/// </remarks>
internal sealed class SecureWriter(Socket socket, NoiseCipher cipher, Action<Exception> failed) : IDisposable
{
    internal const int MostText = ushort.MaxValue - NoiseCipher.TagSize;
    private const int Step = 2 + ushort.MaxValue;
    private const int BufferSize = 256 << 10;
    private const int DataLimit = 3 * MostText;
    private const int ControlLimit = DataLimit + BufferSize - (3 * Step) - 2 - NoiseCipher.TagSize;

    private readonly Lock _gate = new();
    private byte[]? _buffer;
    private int _text;
    private bool _sending;
    private bool _closed;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _idle;

    /// <summary>Appends a frame whose body may be cut; returns how much of it was taken, 0 when data must wait for room.</summary>
    /// <param name="header">The frame's header; its last four bytes are set to the length taken, big endian.</param>
    /// <param name="body">At least one byte.</param>
    internal int AppendData(Span<byte> header, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            var take = Math.Min(body.Length, Math.Min(MostText, DataLimit - _text) - header.Length);

            // A sliver of a frame is not worth its header: wait for the buffer to leave instead.
            if (take < Math.Min(body.Length, 1024))
            {
                return 0;
            }

            BinaryPrimitives.WriteInt32BigEndian(header[^4..], take);
            Append(header);
            Append(body[..take]);
            return take;
        }
    }

    /// <summary>Appends a frame that must not wait.</summary>
    internal void AppendControl(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            if (_text + frame.Length <= ControlLimit)
            {
                Append(frame);
                return;
            }
        }

        failed(new Libp2pException(Libp2pReason.LimitExceeded, "The other end does not read: the queue of control frames is full."));
    }

    /// <summary>Sends what was appended, on this thread if the socket takes it at once, unless a send is under way.</summary>
    internal void Flush()
    {
        lock (_gate)
        {
            if (_sending || _text == 0 || _closed)
            {
                return;
            }

            _sending = true;
        }

        _ = SendAsync();
    }

    /// <summary>Completes when data may be appended again.</summary>
    internal Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (_text < DataLimit / 2)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Completes when all that was appended has gone to the socket, or the connection is lost.</summary>
    internal Task DrainAsync(CancellationToken cancellationToken)
    {
        Flush();
        lock (_gate)
        {
            if (_closed || !_sending)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Refuses further frames and wakes all who wait.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _text = 0;
            _room?.TrySetResult();
            _idle?.TrySetResult();
            Recycle(ref _buffer);
            if (!_sending)
            {
                cipher.Dispose();
            }
        }
    }

    private static void Recycle(ref byte[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new Libp2pException(Libp2pReason.ConnectionLost, "The connection is closed.");
        }
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        while (!text.IsEmpty)
        {
            var (message, used) = Math.DivRem(_text, MostText);
            var n = Math.Min(text.Length, MostText - used);
            text[..n].CopyTo(_buffer.AsSpan((message * Step) + 2 + used));
            text = text[n..];
            _text += n;
        }
    }

    private async Task SendAsync()
    {
        byte[]? sent = null;
        try
        {
            for (var first = true; TakeBatch(out sent, out var text); first = false)
            {
                if (!first)
                {
                    // The caller lent its thread for its own frames, not for everybody's.
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }

                var batch = sent.AsMemory(0, Encrypt(sent!, text));
                while (!batch.IsEmpty)
                {
                    batch = batch[await socket.SendAsync(batch, SocketFlags.None).ConfigureAwait(false)..];
                }

                Recycle(ref sent);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or Libp2pException)
        {
            Stop();
            failed(new Libp2pException(Libp2pReason.ConnectionLost, $"The connection was cut: {e.Message}", e));
        }
        finally
        {
            Recycle(ref sent);
        }
    }

    private bool TakeBatch(out byte[]? batch, out int text)
    {
        lock (_gate)
        {
            (batch, text) = (_buffer, _text);
            (_buffer, _text) = (null, 0);
            _room?.TrySetResult();
            _room = null;
            if (text == 0)
            {
                Stop();
            }

            return text > 0;
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            _sending = false;
            _idle?.TrySetResult();
            _idle = null;
            if (_closed)
            {
                cipher.Dispose();
            }
        }
    }

    private int Encrypt(byte[] buffer, int text)
    {
        var position = 0;
        for (; text > 0; text -= MostText)
        {
            var sealedSize = Math.Min(text, MostText) + NoiseCipher.TagSize;
            BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(position), (ushort)sealedSize);
            cipher.Encrypt(buffer.AsSpan(position + 2, sealedSize));
            position += 2 + sealedSize;
        }

        return position;
    }
}
