using Market.Onnx.Reading;

namespace Market.Onnx.Mutations;

/// <summary>Finds the tensors of a model's file: initializers, and constants in nodes, those of branches and loops too.</summary>
internal static class ModelWeights
{
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
            if (!fields.IsDelimited || !TensorFields.Ways.TryGetValue((kind, fields.Number), out var inner))
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
        var (name, type, dims, raw) = TensorFields.Read(tensor);
        var (offset, length) = (raw ?? ..0).GetOffsetAndLength(tensor.Length);
        return length == 0 ? null : new WeightTensor(name, type, dims, at + offset, length);
    }
}
