using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>The Merkle root over the output digests of all tasks of a job.</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<ResultRoot>))]
public readonly record struct ResultRoot(Bytes32 Value) : IBytes32Id<ResultRoot>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public ResultRoot(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static ResultRoot From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static ResultRoot Parse(string text) => Bytes32Id.Parse<ResultRoot>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out ResultRoot id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
