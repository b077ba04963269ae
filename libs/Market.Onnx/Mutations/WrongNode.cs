using Market.Onnx.Cutting;
using Market.Onnx.Reading;

namespace Market.Onnx.Mutations;

/// <summary>Models in which one node gives twice what it should, and all that follows is computed from that.</summary>
internal static class WrongNode
{
    private const int Graph = 7;
    private const int Node = 1;
    private const int Output = 2;

    /// <summary>The model with a node's first output doubled; all values keep their names.</summary>
    /// <param name="file">The model.</param>
    /// <param name="index">Which node, in the order of the file; it gives floats.</param>
    public static byte[] Of(ReadOnlySpan<byte> file, int index)
    {
        var model = new ProtoMessage(file.Length + 256);
        for (var fields = new ProtoFields(file, "model"); fields.MoveNext();)
        {
            _ = fields.Number == Graph ? model.Message(Graph, WithWrong(fields.Content, index)) : model.Copy(file[fields.Start..fields.End]);
        }

        return model.Bytes.ToArray();
    }

    private static ProtoMessage WithWrong(ReadOnlySpan<byte> graph, int countdown)
    {
        var copy = new ProtoMessage(graph.Length + 256);
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveNext();)
        {
            if (fields.Number == Node && countdown-- == 0)
            {
                var right = NodeReader.Read(fields.Content, 0).Gives[0];
                var hidden = $"{right}, as it should be";
                copy.Message(Node, Renamed(fields.Content, hidden)).Message(Node, ModelWriter.Operation("Add", [hidden, hidden], right));
            }
            else
            {
                copy.Copy(graph[fields.Start..fields.End]);
            }
        }

        return countdown < 0 ? copy : throw new ArgumentOutOfRangeException(nameof(countdown), $"The model lacks {countdown + 1} nodes for there to be this one.");
    }

    private static ProtoMessage Renamed(ReadOnlySpan<byte> node, string output)
    {
        var (copy, isFirst) = (new ProtoMessage(node.Length + 64), true);
        for (var fields = new ProtoFields(node, "node"); fields.MoveNext();)
        {
            _ = fields.Number == Output && isFirst ? copy.Text(Output, output) : copy.Copy(node[fields.Start..fields.End]);
            isFirst &= fields.Number != Output;
        }

        return copy;
    }
}
