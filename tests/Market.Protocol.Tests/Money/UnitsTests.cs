using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CsCheck;
using Market.Protocol.Money;

namespace Market.Protocol.Tests.Money;

public sealed class UnitsTests
{
    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("1.0000000001")]
    [InlineData(" 1")]
    [InlineData("18446744073.709551616")]
    [InlineData("99999999999999999999999999999999999999999")]
    public void Refuses_text_that_is_no_amount(string text) => Assert.Throws<FormatException>(() => Units.Parse(text));

    [Fact]
    public void Refuses_to_overflow()
    {
        var most = new Units(ulong.MaxValue);
        Assert.Throws<OverflowException>(() => most + new Units(1));
        Assert.Throws<OverflowException>(() => Units.Zero - new Units(1));
        Assert.Throws<OverflowException>(() => most * 2);
        Assert.Throws<OverflowException>(() => Units.FromTokens(18_446_744_074));
    }

    [Theory]
    [InlineData("123")]
    [InlineData("\"1.5\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"18446744073709551616\"")]
    public void Refuses_json_that_is_no_string_of_units(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Units>(json));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1_000_000_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("1.50", 1_500_000_000)]
    [InlineData("18446744073.709551615", ulong.MaxValue)]
    public void Reads_tokens(string text, ulong units) => Assert.Equal(units, Units.Parse(text).Value);

    [Fact]
    public void Reads_back_what_it_writes() => Gen.ULong.Sample(value =>
        Units.Parse(new Units(value).ToString()).Value == value
        && JsonSerializer.Deserialize<Units>(JsonSerializer.Serialize(new Units(value))).Value == value
        && ulong.Parse(new Units(value).ToUnitsText(), CultureInfo.InvariantCulture) == value);

    [Fact]
    public void Shares_round_down_exactly() => Gen.Select(Gen.ULong, Gen.Int[0, 10_000]).Sample((value, share) =>
        new Units(value).ShareRoundedDown(new BasisPoints(share)).Value == (ulong)(new BigInteger(value) * share / 10_000));

    [Theory]
    [InlineData("3%", 300)]
    [InlineData("0.25 %", 25)]
    [InlineData("100", 10_000)]
    [InlineData("0", 0)]
    public void Reads_percentages(string text, int points)
    {
        Assert.Equal(points, BasisPoints.Parse(text).Value);
        Assert.Equal(points, BasisPoints.Parse(BasisPoints.Parse(text).ToString()).Value);
    }

    [Theory]
    [InlineData("100.01%")]
    [InlineData("-1%")]
    [InlineData("0.001%")]
    [InlineData("%")]
    public void Refuses_text_that_is_no_share(string text) => Assert.Throws<FormatException>(() => BasisPoints.Parse(text));
}
