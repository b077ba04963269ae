using Market.Onnx.Reading;

namespace Market.Onnx.Cutting;

/// <summary>Reads what a node takes and gives. The model was checked before (<see cref="ModelReader"/>): its values flow forward only.</summary>
internal static class NodeReader
{
    public static ModelNode Read(ReadOnlySpan<byte> node, int index)
    {
        var takes = new List<string>();
        var gives = new List<string>();
        AddTaken(node, [], takes);
        for (var fields = new ProtoFields(node, "node"); fields.MoveNext();)
        {
            if (fields.Number == 2)
            {
                gives.Add(fields.Text());
            }
        }

        return new ModelNode { Index = index, Name = ProtoFields.TextIn(node, "node", 3), Operator = ProtoFields.TextIn(node, "node", 4), Takes = [.. takes.Distinct()], Gives = [.. gives] };
    }

    private static void AddTaken(ReadOnlySpan<byte> node, HashSet<string> known, List<string> takes)
    {
        for (var fields = new ProtoFields(node, "node"); fields.MoveNext();)
        {
            if (fields.Number == 1 && fields.Text() is { Length: > 0 } input && !known.Contains(input))
            {
                takes.Add(input);
            }
        }

        for (var fields = new ProtoFields(node, "node"); fields.MoveNext();)
        {
            if (fields.Number == 5)
            {
                AddTakenByBodies(fields.Content, known, takes);
            }
        }
    }

    private static void AddTakenByBodies(ReadOnlySpan<byte> attribute, HashSet<string> known, List<string> takes)
    {
        for (var fields = new ProtoFields(attribute, "attribute"); fields.MoveNext();)
        {
            if (fields.Number is 6 or 11 && fields.IsDelimited)
            {
                AddTakenByBody(fields.Content, [.. known], takes);
            }
        }
    }

    private static void AddTakenByBody(ReadOnlySpan<byte> graph, HashSet<string> known, List<string> takes)
    {
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveNext();)
        {
            if (fields.Number is 5 or 11)
            {
                known.Add(ProtoFields.TextIn(fields.Content, "value", fields.Number == 5 ? 8 : 1));
            }
        }

        for (var fields = new ProtoFields(graph, "graph"); fields.MoveNext();)
        {
            if (fields.Number == 1)
            {
                AddTaken(fields.Content, known, takes);
                known.UnionWith(Read(fields.Content, 0).Gives);
            }
        }

        for (var fields = new ProtoFields(graph, "graph"); fields.MoveNext();)
        {
            if (fields.Number == 12 && ProtoFields.TextIn(fields.Content, "value", 1) is var output && !known.Contains(output))
            {
                takes.Add(output);
            }
        }
    }
}
