using Market.Onnx.Cutting;
using Market.Onnx.Reading;
using Market.Protocol.Models;

namespace Market.Jobs.Registration;

/// <summary>Finds the nodes of a model whose results may jump where rounding alone decides.</summary>
internal static class FlaggedNodes
{
    private const int LongestName = 1024;

    public static IReadOnlyList<FlaggedNode> Of(ModelGraph graph) =>
    [
        .. graph.Nodes
            .Select(node => (node, jumps: node.Inner.Prepend(node.Operator).FirstOrDefault(OperatorTraits.HasJumps)))
            .Where(found => found.jumps is not null)
            .Select(found => new FlaggedNode(found.node.Index, Lines.Of(found.node.Name, LongestName), found.jumps!))
            .Take(ModelReport.MostFlagged),
    ];
}
