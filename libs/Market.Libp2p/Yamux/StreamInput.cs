using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Market.Libp2p.Yamux;

/// <summary>The reading half of a stream: a pipe whose progress is credited to the sender.</summary>
/// <remarks>
/// What was examined counts as read, though it stays in memory until consumed: a reader that asks for a message
/// larger than the window would wait for ever otherwise. The memory budget bounds what it can gather.
/// </remarks>
internal sealed class StreamInput(YamuxStream stream, PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _last;
    private long _seen;

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var (taken, seen) = _last.IsEmpty ? (0, 0) : (_last.Slice(0, consumed).Length, _last.Slice(0, examined).Length);
        _last = default;
        inner.AdvanceTo(consumed, examined);
        stream.OnRead(taken, Math.Max(0, seen - _seen));
        _seen = Math.Max(_seen, seen) - taken;
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        _last = result.Buffer;
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        var any = inner.TryRead(out result);
        _last = any ? result.Buffer : default;
        return any;
    }
}
