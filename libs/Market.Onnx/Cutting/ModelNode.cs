using System.Collections.Immutable;

namespace Market.Onnx.Cutting;

/// <summary>One operator of a model's main graph; the graphs in its attributes belong to it.</summary>
public sealed record ModelNode
{
    /// <summary>Its place among the nodes, in the order in which the file has them.</summary>
    public required int Index { get; init; }

    /// <summary>Its name; may be empty.</summary>
    public required string Name { get; init; }

    /// <summary>Its operator, for example <c>Conv</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>The other operators in its bodies (of If, Loop, Scan), each once.</summary>
    public required ImmutableArray<string> Inner { get; init; }

    /// <summary>The values that it takes: its own inputs, then what its bodies take from around them. Each once.</summary>
    public required ImmutableArray<string> Takes { get; init; }

    /// <summary>The values that it gives, in the order of its outputs; empty text for an optional output that is absent.</summary>
    public required ImmutableArray<string> Gives { get; init; }

    /// <summary>Whether its value stands in the file, as that of an initializer does. The runtime makes an initializer of it.</summary>
    public bool IsConstant => Operator == "Constant";

    /// <inheritdoc/>
    public override string ToString() => $"node {Index} '{Name}' ({Operator})";
}
