using Market.Onnx.Reading;

namespace Market.Onnx.Cutting;

/// <summary>Reads a node with what its bodies take. The model was checked before (<see cref="ModelReader"/>): its values flow forward only.</summary>
internal static class NodeReader
{
    public static ModelNode Read(ReadOnlySpan<byte> node, int index)
    {
        var takes = new List<string>();
        var inner = new SortedSet<string>(StringComparer.Ordinal);
        var read = AddTaken(node, [], takes, inner);
        inner.Remove(read.Operator);
        return new ModelNode { Index = index, Name = read.Name, Operator = read.Operator, Inner = [.. inner], Takes = [.. takes.Distinct()], Gives = [.. read.Outputs] };
    }

    private static NodeFields AddTaken(ReadOnlySpan<byte> node, HashSet<string> known, List<string> takes, SortedSet<string> operators)
    {
        var read = NodeFields.Read(node);
        operators.Add(read.Operator);
        takes.AddRange(read.Inputs.Where(input => input.Length > 0 && !known.Contains(input)));
        for (var attributes = new ProtoFields(node, "node"); attributes.MoveTo(NodeFields.Attribute);)
        {
            for (var fields = new ProtoFields(attributes.Content, "attribute"); fields.MoveNext();)
            {
                if (fields.Number is 6 or 11 && fields.IsDelimited)
                {
                    AddTakenByBody(fields.Content, [.. known], takes, operators);
                }
            }
        }

        return read;
    }

    private static void AddTakenByBody(ReadOnlySpan<byte> graph, HashSet<string> known, List<string> takes, SortedSet<string> operators)
    {
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveNext();)
        {
            if (fields.Number is 5 or 11)
            {
                known.Add(ProtoFields.TextIn(fields.Content, "value", fields.Number == 5 ? 8 : 1));
            }
        }

        for (var fields = new ProtoFields(graph, "graph"); fields.MoveTo(1);)
        {
            known.UnionWith(AddTaken(fields.Content, known, takes, operators).Outputs);
        }

        for (var fields = new ProtoFields(graph, "graph"); fields.MoveTo(12);)
        {
            if (ProtoFields.TextIn(fields.Content, "value", 1) is var output && !known.Contains(output))
            {
                takes.Add(output);
            }
        }
    }
}
