using System.Text;
using CsCheck;
using Market.Libp2p.Noise;

namespace Market.Libp2p.Tests.Noise;

public sealed class NoiseHandshakeTests
{
    private const string First = "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254";
    private const string Second = "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f58911a816d6e8346d4ea17a6f2a0bb4ef4ed56c133cff4560a34e36ea82109f26cf2e5a5caf992bf30cbca6548a15766c43be0c1d11e01f664995c3";
    private const string Third = "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d99b17604bddc5fcb2f58c236f04797b1461786da25ee4b8a6a0a5de372074450109d0b433";

    [Fact]
    public void Gives_the_published_messages_and_keys()
    {
        using var si = Key(0);
        using var sr = Key(1);
        using var initiator = new NoiseHandshake(si, Key(0x20));
        using var responder = new NoiseHandshake(sr, Key(0x41));

        var first = initiator.WriteFirst();
        Assert.Equal(First, Convert.ToHexStringLower(first));
        responder.ReadFirst(first);
        var second = responder.WriteSecond(Encoding.ASCII.GetBytes("resp"));
        Assert.Equal(Second, Convert.ToHexStringLower(second));
        Assert.Equal("resp", Encoding.ASCII.GetString(initiator.ReadSecond(second)));
        var third = initiator.WriteThird(Encoding.ASCII.GetBytes("init"));
        Assert.Equal(Third, Convert.ToHexStringLower(third));
        Assert.Equal("init", Encoding.ASCII.GetString(responder.ReadThird(third)));

        Assert.Equal(si.Public, responder.RemoteStatic);
        Assert.Equal(sr.Public, initiator.RemoteStatic);
        var keys = initiator.Split();
        Assert.Equal("4759d15f0f4cfb9c3cef133e60b44ea3479cae90880a7e71df96f111d78d5953", Convert.ToHexStringLower(keys.FromInitiator));
        Assert.Equal("a8b5dce3cef845d63c9671c350eb15cbb50b6c6d5f0d3231d32d711dab1ed191", Convert.ToHexStringLower(keys.FromResponder));
        Assert.Equal(keys.FromInitiator, responder.Split().FromInitiator);
    }

    [Fact]
    public void Refuses_every_second_and_third_message_with_one_bit_changed()
    {
        using var si = Key(0);
        using var sr = Key(1);
        for (var bit = 0; bit < Second.Length * 4; bit += 29)
        {
            using var initiator = new NoiseHandshake(si, Key(0x20));
            initiator.WriteFirst();
            AssertRefused(() => initiator.ReadSecond(Flip(Second, bit)));
        }

        for (var bit = 0; bit < Third.Length * 4; bit += 29)
        {
            using var responder = new NoiseHandshake(sr, Key(0x41));
            responder.ReadFirst(Convert.FromHexString(First));
            responder.WriteSecond(Encoding.ASCII.GetBytes("resp"));
            AssertRefused(() => responder.ReadThird(Flip(Third, bit)));
        }
    }

    [Fact]
    public void Refuses_a_key_of_small_order()
    {
        using var s = Key(0);
        using var responder = new NoiseHandshake(s, Key(0x41));
        responder.ReadFirst(new byte[32]);
        AssertRefused(() => responder.WriteSecond([]));
    }

    [Fact]
    public void Refuses_any_bytes_that_are_not_the_next_message()
    {
        using var s = Key(0);
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            using var initiator = new NoiseHandshake(s, Key(0x20));
            initiator.WriteFirst();
            AssertRefused(() => initiator.ReadSecond(bytes));
        }, iter: 200);
    }

    [Fact]
    public void Any_payload_is_refused_or_proves_an_id()
    {
        using var identity = Identity.GenerateEd25519();
        using var judge = new NoiseIdentity(identity, ["/yamux/1.0.0"]);
        using var other = Identity.GenerateSecp256k1();
        using var told = new NoiseIdentity(other, ["/yamux/1.0.0"]);
        Assert.Equal(other.PeerId, judge.Verify(told.Payload, told.Static.Public, expected: null).Peer);
        Gen.Select(Gen.Int[0, told.Payload.Length - 1], Gen.Byte.Array[0, 8], Gen.Int[0, 8]).Sample((at, put, cut) =>
        {
            List<byte> bytes = [.. told.Payload];
            bytes.RemoveRange(at, Math.Min(cut, bytes.Count - at));
            bytes.InsertRange(at, put);
            try
            {
                Assert.Equal(other.PeerId, judge.Verify(bytes.ToArray(), told.Static.Public, expected: null).Peer);
            }
            catch (Libp2pException e)
            {
                Assert.Contains(e.Reason, new[] { Libp2pReason.Malformed, Libp2pReason.Security });
            }
        }, iter: 2000);
    }

    private static void AssertRefused(Action read) =>
        Assert.Contains(Assert.Throws<Libp2pException>(read).Reason, new[] { Libp2pReason.Security, Libp2pReason.ProtocolViolation });

    private static byte[] Flip(string hex, int bit)
    {
        var bytes = Convert.FromHexString(hex);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return bytes;
    }

    private static X25519Key Key(int first) => X25519Key.Import(Enumerable.Range(first, 32).Select(i => (byte)i).ToArray());
}
