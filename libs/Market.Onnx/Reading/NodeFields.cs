namespace Market.Onnx.Reading;

/// <summary>What a node's message says besides its attributes. https://onnx.ai/onnx/repo-docs/IR.html, NodeProto</summary>
internal sealed class NodeFields
{
    /// <summary>Number of the field that holds an attribute.</summary>
    public const int Attribute = 5;

    private NodeFields()
    {
    }

    public string Name { get; private set; } = "";

    public string Operator { get; private set; } = "";

    /// <summary>The operator's domain; that of ONNX itself is empty, however it is written.</summary>
    public string Domain { get; private set; } = "";

    /// <summary>Which of several functions of one name is meant.</summary>
    public string Overload { get; private set; } = "";

    /// <summary>The names of the values it takes; empty for an optional one that is absent.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>The names of the values it gives; empty for an optional one that is absent.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>The whole number in an attribute of a node; another where it has no such attribute.</summary>
    /// <exception cref="OnnxModelException">The message is damaged.</exception>
    public static long NumberIn(ReadOnlySpan<byte> node, string name, long absent)
    {
        var number = absent;
        for (var attributes = new ProtoFields(node, "node"); attributes.MoveTo(Attribute);)
        {
            for (var value = new ProtoFields(attributes.Content, "attribute"); ProtoFields.TextIn(attributes.Content, "attribute", 1) == name && value.MoveTo(3);)
            {
                number = (long)value.Value;
            }
        }

        return number;
    }

    /// <exception cref="OnnxModelException">The message is damaged, or a text too long.</exception>
    public static NodeFields Read(ReadOnlySpan<byte> node)
    {
        var read = new NodeFields();
        for (var fields = new ProtoFields(node, "node"); fields.MoveNext();)
        {
            switch (fields.Number)
            {
                case 1:
                    read.Inputs.Add(fields.Text());
                    break;
                case 2:
                    read.Outputs.Add(fields.Text());
                    break;
                case 3:
                    read.Name = fields.Text();
                    break;
                case 4:
                    read.Operator = fields.Text(256);
                    break;
                case 7:
                    read.Domain = fields.Text(256) is var domain && domain == "ai.onnx" ? "" : domain;
                    break;
                case 8:
                    read.Overload = fields.Text(256);
                    break;
            }
        }

        return read;
    }
}
