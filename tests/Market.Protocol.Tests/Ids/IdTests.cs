using System.Text.Json;
using CsCheck;
using Market.Protocol.Ids;

namespace Market.Protocol.Tests.Ids;

public sealed class IdTests
{
    private static readonly Gen<Bytes32> Values = Gen.Byte.Array[32].Select(bytes => new Bytes32(bytes));

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("00")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("0x111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("0x11111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("0x111111111111111111111111111111111111111111111111111111111111111g")]
    public void Refuses_text_that_is_no_id(string text)
    {
        Assert.False(JobId.TryParse(text, out _));
        Assert.Contains("expected 0x", Assert.Throws<FormatException>(() => JobId.Parse(text)).Message, StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<JobId>(JsonSerializer.Serialize(text)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Refuses_another_number_of_bytes(int length) => Assert.Throws<ArgumentException>(() => new JobId(new byte[length]));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("4294967296")]
    [InlineData(" 1")]
    public void Refuses_text_that_is_no_stake_id(string text) => Assert.False(StakeId.TryParse(text, null, out _));

    [Fact]
    public void Reads_back_what_it_writes() => Values.Sample(value =>
        JobId.Parse(new JobId(value).ToString()).Value == value
        && new Bytes32(value.ToArray()) == value
        && JsonSerializer.Deserialize<ResultRoot>(JsonSerializer.Serialize(new ResultRoot(value))).Value == value);

    [Fact]
    public void Orders_as_big_endian_numbers() => Gen.Select(Values, Values).Sample((a, b) =>
        Math.Sign(a.CompareTo(b)) == Math.Sign(a.ToArray().AsSpan().SequenceCompareTo(b.ToArray())));

    [Fact]
    public void Keeps_a_salt_out_of_text()
    {
        var salt = new Salt(new Bytes32(Enumerable.Repeat((byte)0xab, 32).ToArray()));
        Assert.DoesNotContain("ab", $"{salt}", StringComparison.OrdinalIgnoreCase);
    }
}
