using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Market.Protocol.Draws;

namespace Market.Protocol.Verdicts;

/// <summary>What a verifier saw inside the model while it executed a sample: nobody knows it without executing.</summary>
/// <remarks>
/// Of each value that <see cref="WitnessDraw"/> draws its largest finite magnitude, and <see cref="WitnessDraw.Elements"/> elements.
/// Written in evidence as the base64 text of the numbers as little-endian 32-bit floats.
/// </remarks>
/// <param name="Numbers">The numbers, value after value.</param>
[JsonConverter(typeof(Converter))]
public sealed record Witness(ImmutableArray<float> Numbers)
{
    /// <summary>How many numbers there are of each value.</summary>
    public const int NumbersOfValue = 1 + WitnessDraw.Elements;

    /// <summary>
    /// How far two honest machines' numbers may lie apart, as a share of the value's largest magnitude. It proves that somebody
    /// executed, not that every bit is right, so it is loose: many times what classes were measured to differ inside a model, and
    /// still far too narrow to guess.
    /// </summary>
    public const double Share = 1e-3;

    /// <summary>How far they may lie apart at least: ten times what kernels differ by where they give nearly 0.</summary>
    public const double Floor = 1e-6;

    /// <summary>Whether it has a size that a witness may have.</summary>
    public bool IsSound => Numbers.Length is > 0 and <= WitnessDraw.Values * NumbersOfValue && Numbers.Length % NumbersOfValue == 0;

    /// <summary>Why no honest run of the sample gives this witness; null if one does.</summary>
    /// <param name="own">The same of a run of one's own, in any determinism class.</param>
    public string? FaultAgainst(Witness own)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (Numbers.Length != own.Numbers.Length)
        {
            return string.Create(CultureInfo.InvariantCulture, $"It has {Numbers.Length} numbers, expected {own.Numbers.Length}.");
        }

        for (var i = 0; i < Numbers.Length; i++)
        {
            var allowed = Math.Max(Floor, Share * own.Numbers[i - (i % NumbersOfValue)]);
            if (!Near(Numbers[i], own.Numbers[i], allowed))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Number {i} is {Numbers[i]:R}, expected {own.Numbers[i]:R} within {allowed:0.0E+0}.");
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(Witness? other) => other is not null && Numbers.AsSpan().SequenceEqual(other.Numbers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.IsDefaultOrEmpty ? 0 : HashCode.Combine(Numbers.Length, Numbers[0], Numbers[^1]);

    /// <summary>Infinities equal themselves; NaN equals any NaN.</summary>
    private static bool Near(float a, float b, double allowed) => a.Equals(b) || Math.Abs((double)a - b) <= allowed;

    private sealed class Converter : JsonConverter<Witness>
    {
        public override Witness Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var bytes) || bytes.Length % sizeof(float) != 0)
            {
                throw new JsonException("Expected a witness: the base64 text of 32-bit floats.");
            }

            return new Witness([.. Enumerable.Range(0, bytes.Length / sizeof(float)).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float))))]);
        }

        public override void Write(Utf8JsonWriter writer, Witness value, JsonSerializerOptions options)
        {
            var bytes = new byte[value.Numbers.Length * sizeof(float)];
            for (var i = 0; i < value.Numbers.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value.Numbers[i]);
            }

            writer.WriteBase64StringValue(bytes);
        }
    }
}
