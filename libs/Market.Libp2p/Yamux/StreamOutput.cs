using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Market.Libp2p.Yamux;

/// <summary>
/// The writing half of a stream. <see cref="WriteAsync"/> copies straight into the connection's send buffer; memory from
/// <see cref="GetMemory"/> is pooled and goes there on flush. Both wait for the stream's window and the connection's buffer.
/// </summary>
internal sealed class StreamOutput(YamuxStream stream) : PipeWriter
{
    private const int FirstSize = 4 << 10;
    private byte[]? _buffer;
    private int _used;
    private CancellationTokenSource? _waiting;
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _used;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_buffer?.Length ?? 0) - _used);
        _used += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        ObjectDisposedException.ThrowIf(_completed, this);
        var needed = Math.Max(sizeHint, 1);
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(needed, FirstSize));
        }
        else if (_buffer.Length - _used < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_used + needed), _buffer.Length * 2));
            _buffer.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(_used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void CancelPendingFlush() => Volatile.Read(ref _waiting)?.Cancel();

    public override void Complete(Exception? exception = null)
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        if (exception is not null || (_used > 0 && !stream.Send(_buffer.AsMemory(0, _used), out _).IsEmpty))
        {
            stream.Reset();
        }
        else
        {
            stream.CloseWrite();
        }

        Recycle();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null && !_completed)
        {
            await FlushAsync().ConfigureAwait(false);
        }

        Complete(exception);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        while (_used > 0)
        {
            var rest = stream.Send(_buffer.AsMemory(0, _used), out var windowClosed);
            if (rest.IsEmpty)
            {
                Recycle();
                break;
            }

            // What was sent must not be sent again should the wait be cancelled.
            rest.CopyTo(_buffer);
            _used = rest.Length;
            if (!await WaitAsync(windowClosed, cancellationToken).ConfigureAwait(false))
            {
                return new FlushResult(isCanceled: true, isCompleted: false);
            }
        }

        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_used > 0)
        {
            // Small writes gather behind what is already pending, so that they leave in order and together.
            source.CopyTo(GetMemory(source.Length));
            _used += source.Length;
            return await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        while (!source.IsEmpty)
        {
            source = stream.Send(source, out var windowClosed);
            if (!source.IsEmpty && !await WaitAsync(windowClosed, cancellationToken).ConfigureAwait(false))
            {
                return new FlushResult(isCanceled: true, isCompleted: false);
            }
        }

        return default;
    }

    private async ValueTask<bool> WaitAsync(bool windowClosed, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Volatile.Write(ref _waiting, waiting);
        try
        {
            await (windowClosed ? stream.WaitForWindowAsync(waiting.Token) : stream.WaitForRoomAsync(waiting.Token)).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Volatile.Write(ref _waiting, null);
        }
    }

    private void Recycle()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _used) = (null, 0);
        }
    }
}
