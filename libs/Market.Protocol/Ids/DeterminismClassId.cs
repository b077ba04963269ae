using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>Names a determinism class: the SHA-256 of its description. Equal classes give equal bits.</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<DeterminismClassId>))]
public readonly record struct DeterminismClassId(Bytes32 Value) : IBytes32Id<DeterminismClassId>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public DeterminismClassId(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static DeterminismClassId From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static DeterminismClassId Parse(string text) => Bytes32Id.Parse<DeterminismClassId>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out DeterminismClassId id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
