using System.Diagnostics;
using System.IO.Pipelines;

namespace Market.Libp2p.Yamux;

/// <summary>One stream of a session: its windows, what it received and has not been read, and which halves are open.</summary>
/// <remarks>
/// The session's receive loop calls the <c>On…</c> methods; the application calls the rest from any thread. Credit is
/// returned when the application has read, never on receipt, so a slow reader slows its writer and costs one window.
/// </remarks>
internal sealed class YamuxStream
{
    internal const int InitialWindow = 256 << 10;

    private static readonly PipeOptions Unpaused = new(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Lock _gate = new();
    private readonly YamuxSession _session;
    private readonly Pipe _received = new(Unpaused);
    private readonly bool _outbound;
    private byte[] _expectedAnswer;
    private int _answered;
    private TaskCompletionSource? _windowChange;
    private Libp2pException? _error;
    private long _sendWindow = InitialWindow;
    private long _receiveWindow = InitialWindow;
    private long _windowSize = InitialWindow;
    private long _credit;
    private long _lastCredit;
    private long _unread;
    private YamuxFlags _firstFlag;
    private bool _acknowledged;
    private bool _sentFin;
    private bool _finWaits;
    private bool _gotFin;
    private bool _disposed;
    private bool _removed;

    internal YamuxStream(YamuxSession session, uint id, bool outbound, byte[] expectedAnswer)
    {
        (_session, Id, _outbound, _expectedAnswer) = (session, id, outbound, expectedAnswer);
        _firstFlag = outbound ? YamuxFlags.Syn : YamuxFlags.Ack;
        _lastCredit = session.Time.GetTimestamp();
        Input = new StreamInput(this, _received.Reader);
        Output = new StreamOutput(this);
    }

    internal uint Id { get; }

    internal StreamInput Input { get; }

    internal StreamOutput Output { get; }

    internal bool IsOutbound => _outbound;

    /// <summary>Keep-alive rounds that this stream has outlived its owner, waiting for the other end's FIN.</summary>
    internal int RoundsLingering { get; set; }

    internal bool IsDisposed => Volatile.Read(ref _disposed);

    private bool IsAnswered => _answered == _expectedAnswer.Length;

    /// <summary>Takes the announced length of a data frame off the window; false when the body is to be dropped.</summary>
    internal bool OnDataHeader(uint length)
    {
        Libp2pException refused;
        lock (_gate)
        {
            if (length > _receiveWindow)
            {
                throw Libp2pException.Violation($"Stream {Id} announces {length} bytes with {_receiveWindow} left in its window.");
            }

            if (length == 0)
            {
                return false;
            }

            _receiveWindow -= length;
            if (_gotFin)
            {
                throw Libp2pException.Violation($"Stream {Id} sends data after its end.");
            }

            if (_error is not null)
            {
                return false;
            }

            if (_disposed && length <= _expectedAnswer.Length - _answered)
            {
                // Who wrote, closed and left must not be taken for one who reset, when the other end only agrees.
                return true;
            }

            if (!_disposed && _session.Budget.TryReserve(length))
            {
                _unread += length;
                return true;
            }

            refused = _disposed
                ? new Libp2pException(Libp2pReason.StreamReset, "The stream's owner has gone.")
                : new Libp2pException(Libp2pReason.LimitExceeded, "The receive memory is used up by data that was not read.");
        }

        Reset(refused);
        return false;
    }

    /// <summary>Takes a part of a data frame's body.</summary>
    internal void OnData(ReadOnlySpan<byte> data)
    {
        if (!IsAnswered)
        {
            var negotiation = Math.Min(data.Length, _expectedAnswer.Length - _answered);
            if (!CheckAnswer(data[..negotiation]))
            {
                return;
            }

            data = data[negotiation..];
            OnRead(negotiation, negotiation);
        }

        if (data.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            if (_error is null && !_disposed)
            {
                data.CopyTo(_received.Writer.GetSpan(data.Length));
                _received.Writer.Advance(data.Length);

                // The pipe never pauses, because the window bounds it, and readers run on the pool.
                var flushed = _received.Writer.FlushAsync();
                Debug.Assert(flushed.IsCompleted, "The pipe of a stream must not pause.");
            }
        }
    }

    internal void OnFin()
    {
        lock (_gate)
        {
            if (_gotFin || _error is not null)
            {
                return;
            }

            _gotFin = true;
            if (!IsAnswered)
            {
                _error = new Libp2pException(Libp2pReason.StreamReset, "The other end closed the stream before it agreed on a protocol.");
            }

            _received.Writer.Complete(_error);
        }

        RemoveIfDone();
    }

    internal void OnReset() => Fail(new Libp2pException(Libp2pReason.StreamReset, "The other end reset the stream."));

    internal void OnAcknowledged()
    {
        lock (_gate)
        {
            if (_acknowledged || !_outbound)
            {
                return;
            }

            _acknowledged = true;
        }

        _session.ReleaseUnacknowledged();
    }

    internal void OnCredit(uint credit)
    {
        lock (_gate)
        {
            _sendWindow += credit;
            if (_sendWindow > int.MaxValue)
            {
                throw Libp2pException.Violation($"Stream {Id} was given {credit} bytes of credit, its window would be {_sendWindow}.");
            }

            _windowChange?.TrySetResult();
            _windowChange = null;
        }
    }

    /// <summary>Ends both halves at once without telling the other end.</summary>
    internal void Fail(Libp2pException error)
    {
        lock (_gate)
        {
            if (_error is not null)
            {
                return;
            }

            _error = error;
            if (!_gotFin)
            {
                _received.Writer.Complete(error);
            }

            _windowChange?.TrySetResult();
        }

        RemoveIfDone();
    }

    /// <summary>Ends both halves at once and tells the other end.</summary>
    internal void Reset(Libp2pException? why = null)
    {
        bool tell;
        lock (_gate)
        {
            tell = _error is null && !_removed;
        }

        if (tell)
        {
            _session.SendControl(new YamuxHeader(YamuxType.WindowUpdate, YamuxFlags.Rst, Id, 0));
        }

        Fail(why ?? new Libp2pException(Libp2pReason.StreamReset, "The stream was reset by this end."));
    }

    /// <summary>Says that no more will be written, once the other end has agreed on the protocol.</summary>
    /// <remarks>A js-libp2p peer loses data that comes together with its end while the protocol is still being agreed on.</remarks>
    internal void CloseWrite()
    {
        lock (_gate)
        {
            if (_sentFin || _error is not null)
            {
                return;
            }

            _sentFin = true;
            _finWaits = true;
            if (!IsAnswered)
            {
                return;
            }
        }

        SendFin();
    }

    /// <summary>Leaves nothing open when the connection closes: ends what was closed, resets what was not.</summary>
    internal void Leave(Libp2pException why)
    {
        if (!Volatile.Read(ref _sentFin))
        {
            Reset(why);
        }

        SendFin();
    }

    private void SendFin()
    {
        YamuxFlags flags;
        lock (_gate)
        {
            if (!_finWaits || _error is not null)
            {
                return;
            }

            _finWaits = false;
            flags = YamuxFlags.Fin | TakeFirstFlag();
        }

        _session.SendControl(new YamuxHeader(YamuxType.WindowUpdate, flags, Id, 0));
        RemoveIfDone();
    }

    /// <summary>Gives the stream up: quietly if its own half is closed, else with a reset.</summary>
    internal void Dispose()
    {
        bool reset;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            reset = !_sentFin;
        }

        if (reset)
        {
            Reset();
        }

        long charged;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (!_gotFin && _error is null)
            {
                _received.Writer.Complete();
            }

            charged = _unread + _windowSize - InitialWindow;
        }

        _received.Reader.Complete();
        _session.Budget.Release(charged);
        _session.OnDisposed(this);
        RemoveIfDone();
    }

    /// <summary>Frees the memory of what the application has taken, and returns credit for what it has seen.</summary>
    internal void OnRead(long taken, long seen)
    {
        uint credit;
        YamuxFlags flags;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _unread -= taken;
            _session.Budget.Release(taken);
            _credit += seen;
            if (_gotFin || _error is not null || _credit < _windowSize / 2)
            {
                return;
            }

            GrowWindow();
            _receiveWindow += _credit;
            credit = (uint)_credit;
            _credit = 0;
            flags = TakeFirstFlag();
        }

        _session.SendControl(new YamuxHeader(YamuxType.WindowUpdate, flags, Id, credit));
    }

    /// <summary>Sends as much as window and buffer allow; returns what is left to send.</summary>
    internal ReadOnlyMemory<byte> Send(ReadOnlyMemory<byte> data, out bool windowClosed)
    {
        Span<byte> header = stackalloc byte[YamuxHeader.Size];
        windowClosed = false;
        while (!data.IsEmpty)
        {
            lock (_gate)
            {
                ThrowIfNotWritable();
                var n = (int)Math.Min(data.Length, _sendWindow);
                windowClosed = n == 0;
                if (windowClosed)
                {
                    break;
                }

                new YamuxHeader(YamuxType.Data, _firstFlag, Id, 0).Write(header);
                n = _session.Writer.AppendData(header, data.Span[..n]);
                if (n == 0)
                {
                    break;
                }

                _firstFlag = YamuxFlags.None;
                _sendWindow -= n;
                data = data[n..];
            }
        }

        _session.Writer.Flush();
        return data;
    }

    /// <summary>Completes when there may be credit to send with.</summary>
    internal Task WaitForWindowAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfNotWritable();
            if (_sendWindow > 0)
            {
                return Task.CompletedTask;
            }

            _windowChange ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _windowChange.Task.WaitAsync(cancellationToken);
        }
    }

    internal Task WaitForRoomAsync(CancellationToken cancellationToken) => _session.Writer.WaitForRoomAsync(cancellationToken);

    private void ThrowIfNotWritable()
    {
        if (_error is not null)
        {
            throw new Libp2pException(_error.Reason, _error.Message, _error);
        }

        if (_sentFin)
        {
            throw new InvalidOperationException("The stream was closed for writing.");
        }
    }

    private YamuxFlags TakeFirstFlag()
    {
        var flag = _firstFlag;
        _firstFlag = YamuxFlags.None;
        return flag;
    }

    // A window that was used up within a few round trips is what limits the rate: rate ≤ window / round trip.
    private void GrowWindow()
    {
        var now = _session.Time.GetTimestamp();
        var quick = _session.Time.GetElapsedTime(_lastCredit, now) < _session.RoundTrip * 4;
        _lastCredit = now;
        if (quick && _windowSize * 2 <= _session.Limits.StreamWindow && _session.Budget.TryReserve(_windowSize))
        {
            _credit += _windowSize;
            _windowSize *= 2;
        }
    }

    // The answer to an optimistic proposal comes ahead of the data and is checked here, so that no round trip is spent on it.
    private bool CheckAnswer(ReadOnlySpan<byte> part)
    {
        if (part.SequenceEqual(_expectedAnswer.AsSpan(_answered, part.Length)))
        {
            lock (_gate)
            {
                _answered += part.Length;
                if (!IsAnswered)
                {
                    return true;
                }
            }

            SendFin();
            return true;
        }

        var header = Multistream.MultistreamMessage.Encode(Multistream.MultistreamMessage.Header).Length;
        Reset(_answered + part.CommonPrefixLength(_expectedAnswer.AsSpan(_answered)) >= header
            ? new Libp2pException(Libp2pReason.ProtocolNotSupported, "The other end does not support the protocol of this stream.")
            : Libp2pException.Violation("The other end does not answer with multistream-select."));
        return false;
    }

    private void RemoveIfDone()
    {
        lock (_gate)
        {
            if (_removed || (_error is null && !(_sentFin && !_finWaits && _gotFin)))
            {
                return;
            }

            _removed = true;
        }

        OnAcknowledged();
        _session.OnRemoved(this);
    }
}
