using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Market.Protocol.Money;

/// <summary>A share in hundredths of a percent, from 0 to 10,000.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct BasisPoints : IParsable<BasisPoints>, IComparable<BasisPoints>
{
    /// <summary>The share that is everything.</summary>
    public const int Whole = 10_000;

    /// <summary>Takes hundredths of a percent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not from 0 to 10,000.</exception>
    public BasisPoints(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Whole);
        Value = value;
    }

    /// <summary>Hundredths of a percent.</summary>
    public int Value { get; }

    /// <summary>The share as a fraction of one, for estimates only.</summary>
    public double Fraction => Value / (double)Whole;

    /// <summary>Reads a percentage with at most two decimals: <c>3%</c>, <c>0.25 %</c>; the sign may be left out.</summary>
    /// <exception cref="FormatException">Any other text.</exception>
    public static BasisPoints Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var share)
        ? share
        : throw new FormatException($"'{s}' is no share: expected a percentage from 0 to 100 with at most two decimals.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BasisPoints result)
    {
        result = default;
        var number = s?.TrimEnd('%').TrimEnd();
        if (number is null || number.Length > 6
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            || percent > 100 || percent * 100 != decimal.Truncate(percent * 100))
        {
            return false;
        }

        result = new BasisPoints((int)(percent * 100));
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(BasisPoints other) => Value.CompareTo(other.Value);

    /// <summary>Whether the left share is the smaller.</summary>
    public static bool operator <(BasisPoints left, BasisPoints right) => left.Value < right.Value;

    /// <summary>Whether the left share is the larger.</summary>
    public static bool operator >(BasisPoints left, BasisPoints right) => left.Value > right.Value;

    /// <summary>Whether the left share is not the larger.</summary>
    public static bool operator <=(BasisPoints left, BasisPoints right) => left.Value <= right.Value;

    /// <summary>Whether the left share is not the smaller.</summary>
    public static bool operator >=(BasisPoints left, BasisPoints right) => left.Value >= right.Value;

    /// <summary>The share as a percentage: <c>3%</c>, <c>0.25%</c>.</summary>
    public override string ToString() => (Value / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    private sealed class Converter : JsonConverter<BasisPoints>
    {
        public override BasisPoints Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetInt32() is >= 0 and <= Whole and var value
                ? new BasisPoints(value)
                : throw new JsonException($"Expected a share in basis points, 0 to {Whole}.");

        public override void Write(Utf8JsonWriter writer, BasisPoints value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Value);
    }
}
