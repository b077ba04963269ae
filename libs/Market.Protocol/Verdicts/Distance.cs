using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Market.Protocol.Verdicts;

/// <summary>How far two results lie apart, relative to their size: 0 for equal bits, infinite where they cannot be compared.</summary>
/// <remarks>Written in evidence as the shortest decimal text that reads back to the same bits (<c>"1.3E-06"</c>), or <c>"Infinity"</c>.</remarks>
[JsonConverter(typeof(Converter))]
public readonly record struct Distance : IComparable<Distance>
{
    /// <summary>Takes a distance.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not a number.</exception>
    public Distance(double value)
    {
        Value = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a distance of at least 0.");
    }

    /// <summary>The distance, at least 0.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public int CompareTo(Distance other) => Value.CompareTo(other.Value);

    /// <summary>Whether the left is the nearer.</summary>
    public static bool operator <(Distance left, Distance right) => left.Value < right.Value;

    /// <summary>Whether the left is the farther.</summary>
    public static bool operator >(Distance left, Distance right) => left.Value > right.Value;

    /// <summary>Whether the left is not the farther.</summary>
    public static bool operator <=(Distance left, Distance right) => left.Value <= right.Value;

    /// <summary>Whether the left is not the nearer.</summary>
    public static bool operator >=(Distance left, Distance right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public override string ToString() => (Value + 0.0).ToString("R", CultureInfo.InvariantCulture);

    private sealed class Converter : JsonConverter<Distance>
    {
        private const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

        public override Distance Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: <= 32 } text
            && double.TryParse(text, Style, CultureInfo.InvariantCulture, out var value) && value >= 0
                ? new Distance(value)
                : throw new JsonException("Expected a distance: a string with a number of at least 0.");

        public override void Write(Utf8JsonWriter writer, Distance value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
