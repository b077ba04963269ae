using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Mutations;

/// <summary>Finds the tensors of a model's file: initializers, and constants in nodes, those of branches and loops too.</summary>
internal static class ModelWeights
{
    /// <summary>Fields that lead to tensors: a model's graph; a graph's nodes and initializers; a node's attributes; an attribute's tensor and graphs.</summary>
    public static readonly IReadOnlyDictionary<(string Message, int Field), string> Ways = new Dictionary<(string, int), string>
    {
        [("model", 7)] = "graph",
        [("graph", 1)] = "node",
        [("graph", 5)] = "tensor",
        [("node", 5)] = "attribute",
        [("attribute", 5)] = "tensor",
        [("attribute", 6)] = "graph",
        [("attribute", 11)] = "graph",
    };

    /// <exception cref="OnnxModelException">The file is no ONNX file.</exception>
    public static IReadOnlyList<WeightTensor> Find(ReadOnlySpan<byte> file)
    {
        ModelReader.Read(file);
        var found = new List<WeightTensor>();
        Walk(file, 0, "model", found);
        return found;
    }

    private static void Walk(ReadOnlySpan<byte> message, int at, string kind, List<WeightTensor> found)
    {
        for (var fields = new ProtoFields(message, kind); fields.MoveNext();)
        {
            if (!fields.IsDelimited || !Ways.TryGetValue((kind, fields.Number), out var inner))
            {
                continue;
            }

            var start = at + fields.End - fields.Content.Length;
            if (inner != "tensor")
            {
                Walk(fields.Content, start, inner, found);
            }
            else if (Read(fields.Content, start) is { } tensor)
            {
                found.Add(tensor);
            }
        }
    }

    private static WeightTensor? Read(ReadOnlySpan<byte> tensor, int at)
    {
        var (name, type, dims, offset, length) = ("", default(ElementType), new List<long>(), 0, 0);
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
                    (offset, length) = (at + fields.End - fields.Content.Length, fields.Content.Length);
                    break;
            }
        }

        return length == 0 ? null : new WeightTensor(name, type, dims, offset, length);
    }
}
