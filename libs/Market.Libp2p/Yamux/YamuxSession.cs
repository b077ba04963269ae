using System.Diagnostics.CodeAnalysis;
using Market.Libp2p.Connections;
using Market.Libp2p.Noise;

namespace Market.Libp2p.Yamux;

/// <summary>Many streams over one secured connection.</summary>
/// <remarks>
/// One loop receives and never waits for the application: bodies go into stream buffers that windows bound, answers into
/// the writer's reserve for control frames. Whatever breaks a rule ends the session, and with it only this connection.
/// https://github.com/libp2p/specs/blob/master/yamux/README.md
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore without a wait handle holds nothing, and streams release it after the session has ended.")]
internal sealed class YamuxSession
{
    internal const string Protocol = "/yamux/1.0.0";
    private const int MostUnacknowledged = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, YamuxStream> _streams = [];
    private readonly SemaphoreSlim _unacknowledged = new(MostUnacknowledged);
    private readonly byte[] _header = new byte[YamuxHeader.Size];
    private readonly SecureReader _reader;
    private readonly Action<YamuxStream> _accept;
    private readonly TokenBucket _opens;
    private readonly TokenBucket _resets;
    private readonly TokenBucket _pings;
    private readonly uint _remoteParity;
    private int _headerUsed;
    private int _bodyLeft;
    private YamuxStream? _bodyStream;
    private YamuxStream? _ending;
    private uint _nextId;
    private int _inbound;
    private int _outbound;
    private bool _goneAway;
    private Libp2pException? _error;
    private (uint Value, long Sent, TaskCompletionSource<TimeSpan> Answer)? _ping;
    private uint _pingCount;

    internal YamuxSession(SecureReader reader, SecureWriter writer, bool dialler, SessionSettings settings, Action<YamuxStream> accept)
    {
        (_reader, Writer, _accept) = (reader, writer, accept);
        (Limits, Budget, Time) = (settings.Limits, settings.Budget, settings.Time);
        _nextId = dialler ? 1u : 2u;
        _remoteParity = dialler ? 0u : 1u;
        _opens = new TokenBucket(Limits.StreamsOpenedPerSecond, Limits.StreamsOpenedPerSecond * 4, Time);
        _resets = new TokenBucket(Limits.ResetsPerSecond, Limits.ResetsPerSecond * 4, Time);
        _pings = new TokenBucket(Limits.PingsPerSecond, Limits.PingsPerSecond * 8, Time);
    }

    internal ResourceLimits Limits { get; }

    internal MemoryBudget Budget { get; }

    internal TimeProvider Time { get; }

    internal SecureWriter Writer { get; }

    /// <summary>The last measured round trip; zero until the first ping was answered.</summary>
    internal TimeSpan RoundTrip { get; private set; }

    /// <summary>Whether new streams may be opened.</summary>
    internal bool IsOpen => !_goneAway && _error is null;

    internal int StreamCount
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Receives until the connection ends; throws why it ended.</summary>
    internal async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Process((await _reader.ReadAsync(cancellationToken).ConfigureAwait(false)).Span);
        }
    }

    /// <summary>Opens a stream; its first bytes go out with the SYN.</summary>
    /// <param name="expectedAnswer">What the other end must send before its first data byte; empty for nothing.</param>
    /// <param name="cancellationToken">Stops waiting for the other end to acknowledge earlier streams.</param>
    internal async ValueTask<YamuxStream> OpenAsync(byte[] expectedAnswer, CancellationToken cancellationToken)
    {
        await _unacknowledged.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (IsOpen && _outbound < Limits.OutboundStreams && _nextId < uint.MaxValue - 2)
            {
                var stream = new YamuxStream(this, _nextId, outbound: true, expectedAnswer);
                _nextId += 2;
                _outbound++;
                _streams.Add(stream.Id, stream);
                return stream;
            }
        }

        _unacknowledged.Release();
        throw IsOpen
            ? new Libp2pException(Libp2pReason.LimitExceeded, $"{Limits.OutboundStreams} streams to this peer are open, the limit.")
            : new Libp2pException(Libp2pReason.ConnectionLost, "The connection takes no new streams.");
    }

    /// <summary>Measures the round trip; one measurement at a time.</summary>
    internal async Task<TimeSpan> PingAsync(CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        uint value;
        lock (_gate)
        {
            value = ++_pingCount;
            _ping = (value, Time.GetTimestamp(), answer);
        }

        SendControl(new YamuxHeader(YamuxType.Ping, YamuxFlags.Syn, 0, value));
        return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal void SendControl(YamuxHeader header)
    {
        Span<byte> bytes = stackalloc byte[YamuxHeader.Size];
        header.Write(bytes);
        Writer.AppendControl(bytes);
        Writer.Flush();
    }

    /// <summary>Says why the connection ends; 0 normal, 1 protocol error, 2 internal error.</summary>
    internal void SendGoAway(uint code) => SendControl(new YamuxHeader(YamuxType.GoAway, YamuxFlags.None, 0, code));

    /// <summary>Ends every stream with <paramref name="error"/>.</summary>
    internal void Fail(Libp2pException error)
    {
        YamuxStream[] streams;
        lock (_gate)
        {
            _error ??= error;
            streams = [.. _streams.Values];
            _ping?.Answer.TrySetException(error);
        }

        foreach (var stream in streams)
        {
            stream.Fail(error);
        }
    }

    /// <summary>Resets every stream that this end has not closed for writing; the others' last bytes are on their way.</summary>
    internal void LeaveStreams(Libp2pException why)
    {
        YamuxStream[] streams;
        lock (_gate)
        {
            _error ??= why;
            streams = [.. _streams.Values];
        }

        foreach (var stream in streams)
        {
            stream.Leave(why);
        }
    }

    /// <summary>Resets streams whose owner left two rounds ago and whose other end has not closed since.</summary>
    internal void SweepLingering()
    {
        YamuxStream[] streams;
        lock (_gate)
        {
            streams = [.. _streams.Values.Where(s => s.IsDisposed && ++s.RoundsLingering > 1)];
        }

        foreach (var stream in streams)
        {
            stream.Reset();
        }
    }

    internal void ReleaseUnacknowledged() => _unacknowledged.Release();

    /// <summary>Frees the stream's number on the wire.</summary>
    internal void OnRemoved(YamuxStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream.Id);
        }
    }

    /// <summary>Frees the stream's place: it is held as long as its owner, so that open-and-reset does not pile up owners.</summary>
    internal void OnDisposed(YamuxStream stream)
    {
        lock (_gate)
        {
            _ = stream.IsOutbound ? _outbound-- : _inbound--;
        }
    }

    /// <summary>Takes decrypted bytes, cut anywhere.</summary>
    internal void Process(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_bodyLeft == 0)
            {
                var n = Math.Min(bytes.Length, YamuxHeader.Size - _headerUsed);
                bytes[..n].CopyTo(_header.AsSpan(_headerUsed));
                bytes = bytes[n..];
                _headerUsed += n;
                if (_headerUsed == YamuxHeader.Size)
                {
                    _headerUsed = 0;
                    OnHeader(YamuxHeader.Read(_header));
                }
            }
            else
            {
                var n = Math.Min(bytes.Length, _bodyLeft);
                _bodyStream?.OnData(bytes[..n]);
                bytes = bytes[n..];
                _bodyLeft -= n;
            }

            if (_bodyLeft == 0)
            {
                _bodyStream = null;
                _ending?.OnFin();
                _ending = null;
            }
        }
    }

    private void OnHeader(YamuxHeader header)
    {
        switch (header.Type)
        {
            case YamuxType.Ping:
                OnPing(header);
                break;
            case YamuxType.GoAway:
                _goneAway = true;
                break;
            default:
                OnStreamFrame(header);
                break;
        }
    }

    private void OnPing(YamuxHeader header)
    {
        if (header.Flags.HasFlag(YamuxFlags.Syn))
        {
            Require(_pings, "pings");
            SendControl(header with { Flags = YamuxFlags.Ack });
            return;
        }

        lock (_gate)
        {
            if (_ping is { } ping && ping.Value == header.Length)
            {
                RoundTrip = Time.GetElapsedTime(ping.Sent);
                ping.Answer.TrySetResult(RoundTrip);
                _ping = null;
            }
        }
    }

    // 1. Nothing is made or looked up before the header is checked. 2. SYN makes the stream. 3. RST ends it at once,
    // 4. ACK, credit and data act on it, 5. FIN ends its receiving half once the body has arrived.
    private void OnStreamFrame(YamuxHeader header)
    {
        var isData = header.Type == YamuxType.Data;
        if (header.Stream == 0)
        {
            throw Libp2pException.Violation("A yamux data or window frame for stream 0.");
        }

        if (isData && header.Length > Limits.StreamWindow)
        {
            throw Libp2pException.Violation($"A yamux frame claims {header.Length} bytes, no window is larger than {Limits.StreamWindow}.");
        }

        _bodyLeft = isData ? (int)header.Length : 0;
        var stream = header.Flags.HasFlag(YamuxFlags.Syn) ? OnSyn(header) : Find(header.Stream);
        if (header.Flags.HasFlag(YamuxFlags.Rst))
        {
            Require(_resets, "resets");
            stream?.OnReset();
            return;
        }

        if (stream is null)
        {
            return;
        }

        if (header.Flags.HasFlag(YamuxFlags.Ack))
        {
            stream.OnAcknowledged();
        }

        if (!isData)
        {
            stream.OnCredit(header.Length);
        }
        else if (stream.OnDataHeader(header.Length))
        {
            _bodyStream = stream;
        }

        _ending = header.Flags.HasFlag(YamuxFlags.Fin) ? stream : null;
    }

    private YamuxStream? OnSyn(YamuxHeader header)
    {
        if ((header.Stream & 1) != _remoteParity)
        {
            throw Libp2pException.Violation($"Stream {header.Stream} was opened with a number of this end's.");
        }

        if (header.Type == YamuxType.Data && header.Length > YamuxStream.InitialWindow)
        {
            throw Libp2pException.Violation($"Stream {header.Stream} opens with {header.Length} bytes, more than the first window of {YamuxStream.InitialWindow}.");
        }

        Require(_opens, "streams");
        YamuxStream? stream = null;
        lock (_gate)
        {
            if (_streams.ContainsKey(header.Stream))
            {
                throw Libp2pException.Violation($"Stream {header.Stream} was opened twice.");
            }

            if (_inbound < Limits.InboundStreams && _error is null)
            {
                _inbound++;
                stream = new YamuxStream(this, header.Stream, outbound: false, []);
                _streams.Add(stream.Id, stream);
            }
        }

        if (stream is null)
        {
            SendControl(new YamuxHeader(YamuxType.WindowUpdate, YamuxFlags.Rst, header.Stream, 0));
            return null;
        }

        _accept(stream);
        return stream;
    }

    private YamuxStream? Find(uint id)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault(id);
        }
    }

    private static void Require(TokenBucket bucket, string what)
    {
        if (!bucket.TryTake())
        {
            throw new Libp2pException(Libp2pReason.LimitExceeded, $"The other end sends more {what} per second than the limit.");
        }
    }
}
