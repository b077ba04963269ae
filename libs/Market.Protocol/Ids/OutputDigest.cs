using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>The canonical digest of one task's outputs: one leaf of the result tree.</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<OutputDigest>))]
public readonly record struct OutputDigest(Bytes32 Value) : IBytes32Id<OutputDigest>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public OutputDigest(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static OutputDigest From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static OutputDigest Parse(string text) => Bytes32Id.Parse<OutputDigest>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out OutputDigest id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
