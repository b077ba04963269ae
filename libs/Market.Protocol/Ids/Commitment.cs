using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>Binds a provider to a result root before anybody may see it.</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<Commitment>))]
public readonly record struct Commitment(Bytes32 Value) : IBytes32Id<Commitment>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public Commitment(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static Commitment From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static Commitment Parse(string text) => Bytes32Id.Parse<Commitment>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out Commitment id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
