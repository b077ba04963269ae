using Market.Onnx.Cutting;
using Market.Onnx.Reading;

namespace Market.Onnx.Mutations;

/// <summary>Models in which one node gives what it takes: a layer that is left out.</summary>
internal static class SkippedNode
{
    /// <summary>Operators whose output can have the shape of their first input.</summary>
    private static readonly HashSet<string> Skippable =
    [
        "Relu", "LeakyRelu", "Elu", "HardSwish", "HardSigmoid", "Sigmoid", "Tanh", "Erf", "Gelu", "Softmax", "LogSoftmax", "Clip", "Sqrt", "CumSum",
        "BatchNormalization", "LayerNormalization", "InstanceNormalization", "Conv", "QLinearConv",
    ];

    /// <summary>How many nodes can be tried; where a Conv changes the shape, the model does not run.</summary>
    public static int Count(byte[] file)
    {
        var left = int.MaxValue;
        Copy(file, "model", ref left);
        return int.MaxValue - left;
    }

    /// <summary>The model without one of them.</summary>
    public static byte[] Without(byte[] file, int node) => Copy(file, "model", ref node).Bytes.ToArray();

    private static ProtoMessage Copy(ReadOnlySpan<byte> message, string kind, ref int countdown)
    {
        var copy = new ProtoMessage(message.Length + 64);
        for (var fields = new ProtoFields(message, kind); fields.MoveNext();)
        {
            if (!fields.IsDelimited || !TensorFields.Ways.TryGetValue((kind, fields.Number), out var inner) || inner == "tensor")
            {
                copy.Copy(message[fields.Start..fields.End]);
            }
            else if (inner == "node" && Skippable.Contains(ProtoFields.TextIn(fields.Content, "node", 4)) && countdown-- == 0)
            {
                copy.Message(fields.Number, Identity(fields.Content));
            }
            else
            {
                copy.Message(fields.Number, Copy(fields.Content, inner, ref countdown));
            }
        }

        return copy;
    }

    private static ProtoMessage Identity(ReadOnlySpan<byte> node)
    {
        var read = NodeReader.Read(node, 0);
        return new ProtoMessage().Text(1, read.Takes[0]).Text(2, read.Gives[0]).Text(4, "Identity");
    }
}
