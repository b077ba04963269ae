using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Market.Protocol.Money;

/// <summary>An amount of money as a whole number of units of 10⁻⁹ token. All arithmetic is exact and checked.</summary>
/// <remarks>
/// People read and write tokens (<c>1.5</c>), documents carry units as decimal strings (<c>"1500000000"</c>), because many
/// JSON readers round numbers above 2⁵³.
/// </remarks>
[JsonConverter(typeof(Converter))]
public readonly record struct Units(ulong Value) : IParsable<Units>, IComparable<Units>
{
    /// <summary>How many units one token has.</summary>
    public const ulong PerToken = 1_000_000_000;

    private const int Decimals = 9;

    /// <summary>No money.</summary>
    public static Units Zero => default;

    /// <summary>Whole tokens.</summary>
    /// <exception cref="OverflowException">More than 2⁶⁴−1 units.</exception>
    public static Units FromTokens(ulong tokens) => new(checked(tokens * PerToken));

    /// <summary>Reads tokens in decimal notation: <c>12</c>, <c>0.5</c>, at most nine decimals, no sign, no exponent.</summary>
    /// <exception cref="FormatException">Any other text, or more than 2⁶⁴−1 units.</exception>
    public static Units Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var units)
        ? units
        : throw new FormatException(
            $"'{s}' is no amount: expected tokens such as 12 or 0.5, at most {Decimals} decimals, at most {new Units(ulong.MaxValue)}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Units result)
    {
        result = Zero;
        if (s is null || s.Length > 40)
        {
            return false;
        }

        var point = s.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? s : s[..point];
        var part = point < 0 ? "0" : s[(point + 1)..];
        if (part.Length > Decimals || !TryDigits(whole, out var tokens) || !TryDigits(part.PadRight(Decimals, '0'), out var units)
            || part.Length == 0 || tokens > (ulong.MaxValue - units) / PerToken)
        {
            return false;
        }

        result = new Units(tokens * PerToken + units);
        return true;
    }

    /// <summary>The sum.</summary>
    /// <exception cref="OverflowException">More than 2⁶⁴−1 units.</exception>
    public static Units operator +(Units left, Units right) => new(checked(left.Value + right.Value));

    /// <summary>The difference.</summary>
    /// <exception cref="OverflowException">Less than nothing.</exception>
    public static Units operator -(Units left, Units right) => new(checked(left.Value - right.Value));

    /// <summary>A multiple.</summary>
    /// <exception cref="OverflowException">More than 2⁶⁴−1 units.</exception>
    public static Units operator *(Units amount, ulong times) => new(checked(amount.Value * times));

    /// <summary>A share of the amount, rounded down to whole units as the contract does.</summary>
    public Units ShareRoundedDown(BasisPoints share) => new((ulong)((UInt128)Value * (uint)share.Value / BasisPoints.Whole));

    /// <summary>How often <paramref name="divisor"/> this is, for display and estimates only.</summary>
    public double RatioTo(Units divisor) => (double)Value / divisor.Value;

    /// <inheritdoc/>
    public int CompareTo(Units other) => Value.CompareTo(other.Value);

    /// <summary>Whether the left amount is the smaller.</summary>
    public static bool operator <(Units left, Units right) => left.Value < right.Value;

    /// <summary>Whether the left amount is the larger.</summary>
    public static bool operator >(Units left, Units right) => left.Value > right.Value;

    /// <summary>Whether the left amount is not the larger.</summary>
    public static bool operator <=(Units left, Units right) => left.Value <= right.Value;

    /// <summary>Whether the left amount is not the smaller.</summary>
    public static bool operator >=(Units left, Units right) => left.Value >= right.Value;

    /// <summary>The amount in tokens, without trailing zeros: <c>1.5</c>.</summary>
    public override string ToString()
    {
        var (tokens, units) = Math.DivRem(Value, PerToken);
        var whole = tokens.ToString(CultureInfo.InvariantCulture);
        return units == 0 ? whole : whole + "." + units.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    /// <summary>The amount in units: <c>1500000000</c>.</summary>
    public string ToUnitsText() => Value.ToString(CultureInfo.InvariantCulture);

    private static bool TryDigits(string text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private sealed class Converter : JsonConverter<Units>
    {
        public override Units Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryDigits(reader.GetString()!, out var value)
                ? new Units(value)
                : throw new JsonException("Expected an amount: a string with a whole number of units below 2^64.");

        public override void Write(Utf8JsonWriter writer, Units value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToUnitsText());
    }
}
