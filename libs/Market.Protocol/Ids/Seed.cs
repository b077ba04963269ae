using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>The seed of a draw: from a block hash that nobody knew when what it judges was fixed.</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<Seed>))]
public readonly record struct Seed(Bytes32 Value) : IBytes32Id<Seed>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public Seed(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static Seed From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static Seed Parse(string text) => Bytes32Id.Parse<Seed>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out Seed id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
