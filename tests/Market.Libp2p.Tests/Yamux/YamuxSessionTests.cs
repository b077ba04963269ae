using System.Net.Sockets;
using CsCheck;
using Market.Libp2p.Connections;
using Market.Libp2p.Noise;
using Market.Libp2p.Yamux;

namespace Market.Libp2p.Tests.Yamux;

/// <summary>The receiving side of the multiplexer, given any bytes.</summary>
public sealed class YamuxSessionTests
{
    private static readonly Gen<byte[]> Frame =
        from type in Gen.Int[0, 40]
        from flags in Gen.OneOf(Gen.UShort[0, 15], Gen.UShort)
        from stream in Gen.OneOf(Gen.UInt[0, 9], Gen.UInt)
        from length in Gen.OneOf(Gen.UInt[0, 40], Gen.UInt[0, 600_000], Gen.UInt)
        from body in Gen.Byte.Array[0, 60]
        select (byte[])[0, (byte)(type / 10), (byte)(flags >> 8), (byte)flags, .. Big(stream), .. Big(type < 20 && length < 41 ? (uint)body.Length : length), .. body];

    [Fact]
    public void Every_header_reads_back() =>
        Gen.Select(Gen.Int[0, 3], Gen.UShort, Gen.UInt, Gen.UInt).Sample((type, flags, stream, length) =>
        {
            var header = new YamuxHeader((YamuxType)type, (YamuxFlags)flags, stream, length);
            var bytes = new byte[YamuxHeader.Size];
            header.Write(bytes);
            Assert.Equal(header, YamuxHeader.Read(bytes));
        });

    [Fact]
    public void Any_twelve_bytes_are_a_header_or_a_violation() =>
        Gen.Byte.Array[12].Sample(bytes =>
        {
            var error = Record.Exception(() => YamuxHeader.Read(bytes));
            Assert.Equal(bytes[0] != 0 || bytes[1] > 3, error is Libp2pException { Reason: Libp2pReason.ProtocolViolation });
        });

    [Fact]
    public void Any_frames_end_in_order_hold_no_more_than_the_budget_and_leave_nothing() =>
        Frame.Array[0, 30].Sample(frames =>
        {
            using var one = new Receiver();
            one.Take([.. frames.SelectMany(f => f)]);
            Assert.InRange(one.Budget.Held, 0, Receiver.Limits.ReceiveMemoryPerConnection);
            one.AssertNothingLeft();
        }, iter: 3000);

    [Fact]
    public void Where_the_bytes_are_cut_makes_no_difference() =>
        Gen.Select(Frame.Array[0, 12], Gen.Int[1, 30]).Sample((frames, size) =>
        {
            using var whole = new Receiver();
            using var cut = new Receiver();
            byte[] bytes = [.. frames.SelectMany(f => f)];
            var error = whole.Take(bytes);
            Libp2pException? same = null;
            foreach (var part in bytes.Chunk(size).TakeWhile(_ => same is null))
            {
                same = cut.Take(part);
            }

            Assert.Equal((error?.Message, whole.Session.StreamCount, whole.Budget.Held), (same?.Message, cut.Session.StreamCount, cut.Budget.Held));
        }, iter: 1000);

    private static byte[] Big(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    /// <summary>A session whose socket leads nowhere: what it answers is lost, what it receives is given here.</summary>
    private sealed class Receiver : IDisposable
    {
        internal static readonly ResourceLimits Limits = ResourceLimits.Default with { ReceiveMemoryPerConnection = 1 << 20, InboundStreams = 4 };
        private readonly Socket _nowhere = new(SocketType.Stream, ProtocolType.Tcp);
        private readonly List<YamuxStream> _accepted = [];
        private readonly SecureReader _reader;

        internal Receiver()
        {
            _reader = new SecureReader(new SocketSource(_nowhere), new NoiseCipher(new byte[32]));
            var writer = new SecureWriter(_nowhere, new NoiseCipher(new byte[32]), _ => { });
            Session = new YamuxSession(_reader, writer, dialler: false, new SessionSettings(Limits, Budget, TimeProvider.System), _accepted.Add);
        }

        internal MemoryBudget Budget { get; } = new(Limits.ReceiveMemoryPerConnection);

        internal YamuxSession Session { get; }

        internal Libp2pException? Take(byte[] bytes) => (Libp2pException?)Record.Exception(() => Session.Process(bytes));

        internal void AssertNothingLeft()
        {
            Session.Fail(new Libp2pException(Libp2pReason.ConnectionLost, "The test is over."));
            _accepted.ForEach(s => s.Dispose());
            Assert.Equal((0, 0L), (Session.StreamCount, Budget.Held));
        }

        public void Dispose()
        {
            Session.Writer.Dispose();
            _reader.Dispose();
            _nowhere.Dispose();
        }
    }
}
