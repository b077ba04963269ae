using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>A verifier's salted digest of everything a sampled task computed; shows an audit that it was executed.</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<TraceDigest>))]
public readonly record struct TraceDigest(Bytes32 Value) : IBytes32Id<TraceDigest>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public TraceDigest(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static TraceDigest From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static TraceDigest Parse(string text) => Bytes32Id.Parse<TraceDigest>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out TraceDigest id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
