using CsCheck;
using Market.Libp2p.Wire;

namespace Market.Libp2p.Tests.Wire;

public sealed class WireTests
{
    [Theory]
    [InlineData("8000", -1)] // not minimal
    [InlineData("ffffffffffffffffff01", -1)] // ten bytes
    [InlineData("ffffffffffffffffff", -1)] // the ninth says there is a tenth
    [InlineData("ff", 0)]
    [InlineData("", 0)]
    public void A_varint_that_is_long_or_cut_short_gives_no_value(string hex, int expected) =>
        Assert.Equal(expected, Varint.Read(Convert.FromHexString(hex), out _));

    [Fact]
    public void Every_varint_of_63_bits_reads_back() =>
        Gen.ULong[0, long.MaxValue].Sample(value =>
        {
            var bytes = new byte[Varint.MaxLength];
            var n = Varint.Write(bytes, value);
            Assert.Equal(n, Varint.Length(value));
            Assert.Equal(n, Varint.Read(bytes.AsSpan(0, n), out var back));
            Assert.Equal(value, back);
        });

    [Fact]
    public void Base58_and_base32_read_back_with_leading_zeros() =>
        Gen.Byte.Array[0, 60].Select(Gen.Int[0, 4], (b, z) => new byte[z].Concat(b).ToArray()).Sample(bytes =>
        {
            Assert.True(Base58.TryDecode(Base58.Encode(bytes), out var b58));
            Assert.Equal(bytes, b58);
            Assert.True(Base32.TryDecode(Base32.Encode(bytes), out var b32));
            Assert.Equal(bytes, b32);
        });

    [Theory]
    [InlineData("a0")]
    [InlineData("ab")] // left-over bits
    [InlineData("A7")]
    public void Base32_refuses_what_it_would_not_print(string text) => Assert.False(Base32.TryDecode(text, out _));

    [Fact]
    public void Any_bytes_read_as_protobuf_end_in_order() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            try
            {
                var reader = new ProtoReader(bytes);
                while (reader.Next())
                {
                    Assert.True(reader.Field > 0);
                }
            }
            catch (Libp2pException e)
            {
                Assert.Equal(Libp2pReason.Malformed, e.Reason);
            }
        });
}
