using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>What a model is, part by part: the root over its nodes, weights, inputs and outputs (docs/judging.md, "Model").</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<ModelRoot>))]
public readonly record struct ModelRoot(Bytes32 Value) : IBytes32Id<ModelRoot>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public ModelRoot(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static ModelRoot From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static ModelRoot Parse(string text) => Bytes32Id.Parse<ModelRoot>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out ModelRoot id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
