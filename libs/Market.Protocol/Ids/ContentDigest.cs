using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>The SHA-256 of the bytes that name a blob, a bundle, a profile or evidence.</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<ContentDigest>))]
public readonly record struct ContentDigest(Bytes32 Value) : IBytes32Id<ContentDigest>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public ContentDigest(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static ContentDigest From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static ContentDigest Parse(string text) => Bytes32Id.Parse<ContentDigest>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out ContentDigest id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
