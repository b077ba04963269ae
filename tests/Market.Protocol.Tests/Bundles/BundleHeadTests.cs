using Market.Protocol.Bundles;
using Market.Protocol.Ids;

namespace Market.Protocol.Tests.Bundles;

public sealed class BundleHeadTests
{
    private static readonly BundleHead Full = new(new ContentDigest(Filled(1)), new ModelRoot(Filled(2)), new Bytes32(Filled(3)), new Tolerance(100_000, 500_000, 1_000));

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, 32)];

    [Theory]
    [InlineData(0, "an empty head")]
    [InlineData(109, "a head that is cut")]
    [InlineData(111, "a head with more behind it")]
    public void Another_length_is_refused(int length, string what)
    {
        var bytes = Full.ToBytes();
        Array.Resize(ref bytes, length);
        var e = Assert.Throws<FormatException>(() => BundleHead.Read(bytes));
        Assert.True(e.Message.Contains($"{length} bytes", StringComparison.Ordinal), $"{what}: {e.Message}");
    }

    [Theory]
    [InlineData(0, 0x16)]
    [InlineData(1, 0x02)]
    public void Another_domain_or_version_is_refused(int place, byte value)
    {
        var bytes = Full.ToBytes();
        bytes[place] = value;
        Assert.Throws<FormatException>(() => BundleHead.Read(bytes));
    }

    [Fact]
    public void One_root_without_the_other_is_refused() =>
        Assert.Throws<FormatException>(() => BundleHead.Read((Full with { Inputs = null }).ToBytes()));

    [Fact]
    public void A_head_reads_back_and_has_the_bytes_that_the_contract_reads()
    {
        Assert.Equal(Full, BundleHead.Read(Full.ToBytes()));
        Assert.Equal(
            "1501" + string.Concat(Enumerable.Repeat("01", 32)) + string.Concat(Enumerable.Repeat("02", 32)) + string.Concat(Enumerable.Repeat("03", 32)) + "000186A00007A120000003E8",
            Convert.ToHexString(Full.ToBytes()));
        var without = BundleHead.WithoutModel(BundleTests.Sound());
        Assert.Equal(without, BundleHead.Read(without.ToBytes()));
        Assert.Null(BundleHead.Read(without.ToBytes()).Model);
    }
}
