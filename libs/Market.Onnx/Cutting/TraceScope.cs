using System.Collections.Immutable;
using System.Globalization;

namespace Market.Onnx.Cutting;

/// <summary>Which nodes' values a trace holds: all of them, or a few where hashing all would take longer than the run itself.</summary>
/// <remarks>A trace of a few binds its maker cheaply; a trace of all leads to the first operator that is wrong, and is made when it is asked for.</remarks>
public sealed record TraceScope
{
    private readonly ImmutableArray<int> _nodes;

    private TraceScope(ImmutableArray<int> nodes) => _nodes = nodes;

    /// <summary>Every node.</summary>
    public static TraceScope All { get; } = new(default(ImmutableArray<int>));

    /// <summary>Chosen nodes.</summary>
    /// <param name="nodes">Their indexes; none is negative.</param>
    public static TraceScope Of(IEnumerable<int> nodes) => new([.. nodes.Distinct().Order()]);

    /// <summary>Nodes spread over the whole model whose values are small: of each stretch of nodes the one that gives least.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="bytes">How many bytes each value has, as a run showed.</param>
    /// <param name="most">How many bytes all chosen values may have; one node is chosen even where that is not enough.</param>
    public static TraceScope Within(ModelGraph graph, IReadOnlyDictionary<string, long> bytes, long most)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(bytes);
        var nodes = graph.Nodes.Where(node => !node.IsConstant).ToArray();
        for (var stretch = 1; ; stretch += 1 + (stretch / 4))
        {
            var chosen = nodes.Chunk(stretch).Select(part => part.MinBy(Size)!).ToArray();
            if (chosen.Sum(Size) <= most || stretch >= nodes.Length)
            {
                return Of(chosen.Select(node => node.Index));
            }
        }

        long Size(ModelNode node) => node.Gives.Where(name => name.Length > 0).Sum(name => bytes[name]);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no such list.</exception>
    public static TraceScope Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text == "all" ? All : Of(text.Split(',').Select(index =>
            int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var node)
                ? node
                : throw new FormatException($"A trace's scope is '{text}', expected 'all' or indexes of nodes with commas between them.")));
    }

    /// <summary>Whether a trace of this scope holds what a node gives. The value of a Constant is the model's, never the run's.</summary>
    public bool Holds(ModelNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return !node.IsConstant && (_nodes.IsDefault || _nodes.BinarySearch(node.Index) >= 0);
    }

    /// <summary><c>all</c>, or the indexes in ascending order, as in <c>3,17,40</c>.</summary>
    public override string ToString() => _nodes.IsDefault ? "all" : string.Join(',', _nodes.Select(node => node.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public bool Equals(TraceScope? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
