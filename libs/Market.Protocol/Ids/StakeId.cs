using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>Names a stake account for ever, whichever node key acts for it. Counted from 1; 0 names none.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct StakeId(uint Value) : IParsable<StakeId>, IComparable<StakeId>
{
    /// <summary>Whether this names no account.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Reads the decimal number of an account.</summary>
    /// <exception cref="FormatException">Not a number from 1 to 2³²−1.</exception>
    public static StakeId Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var id)
        ? id
        : throw new FormatException($"'{s}' is no stake id: expected a number from 1 to {uint.MaxValue}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out StakeId result)
    {
        var ok = uint.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0;
        result = new StakeId(ok ? value : 0);
        return ok;
    }

    /// <inheritdoc/>
    public int CompareTo(StakeId other) => Value.CompareTo(other.Value);

    /// <summary>Whether the left account was opened first.</summary>
    public static bool operator <(StakeId left, StakeId right) => left.Value < right.Value;

    /// <summary>Whether the left account was opened last.</summary>
    public static bool operator >(StakeId left, StakeId right) => left.Value > right.Value;

    /// <summary>Whether the left account was not opened after the right.</summary>
    public static bool operator <=(StakeId left, StakeId right) => left.Value <= right.Value;

    /// <summary>Whether the left account was not opened before the right.</summary>
    public static bool operator >=(StakeId left, StakeId right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private sealed class Converter : JsonConverter<StakeId>
    {
        public override StakeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetUInt32());

        public override void Write(Utf8JsonWriter writer, StakeId value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Value);
    }
}
