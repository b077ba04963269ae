using Market.Onnx.Tensors;

namespace Market.Onnx.Reading;

/// <summary>What a tensor in a model's file says of itself: https://onnx.ai/onnx/repo-docs/IR.html, TensorProto.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Dims">Its dimensions.</param>
/// <param name="Raw">Where in the message its raw data lie; null if its values are in another field.</param>
internal sealed record TensorFields(string Name, ElementType Type, IReadOnlyList<long> Dims, Range? Raw)
{
    /// <summary>Fields that lead to tensors: a model's graph; a graph's nodes and initializers; a node's attributes; an attribute's tensors and graphs.</summary>
    public static readonly IReadOnlyDictionary<(string Message, int Field), string> Ways = new Dictionary<(string, int), string>
    {
        [("model", 7)] = "graph",
        [("graph", 1)] = "node",
        [("graph", 5)] = "tensor",
        [("node", NodeFields.Attribute)] = "attribute",
        [("attribute", 5)] = "tensor",
        [("attribute", 10)] = "tensor",
        [("attribute", 6)] = "graph",
        [("attribute", 11)] = "graph",
    };

    public static TensorFields Read(ReadOnlySpan<byte> tensor)
    {
        var (name, type, dims, raw) = ("", default(ElementType), new List<long>(), default(Range?));
        for (var fields = new ProtoFields(tensor, "tensor"); fields.MoveNext();)
        {
            switch (fields.Number)
            {
                case 1:
                    fields.AddNumbers(dims, TensorSize.MostRank);
                    break;
                case 2:
                    type = (ElementType)(int)fields.Value;
                    break;
                case 8:
                    name = fields.Text();
                    break;
                case 9:
                    raw = (fields.End - fields.Content.Length)..fields.End;
                    break;
            }
        }

        return new TensorFields(name, type, dims, raw);
    }
}
