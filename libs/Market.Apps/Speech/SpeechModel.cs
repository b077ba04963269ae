using Market.Onnx.Cutting;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Apps.Speech;

/// <summary>Silero VAD 5 as a model of many windows at once.</summary>
/// <remarks>
/// The net is recurrent: what it says of a window depends on a state that the window before left. A task must be large enough to be
/// worth sending, and tasks run in any order on many machines, so one task cannot be one window. Here the net becomes the body of a
/// Scan operator, which carries the state from window to window within one task, and each task begins early enough for the state to
/// settle (<see cref="SpeechWindows"/>). Every byte follows from the net's file: the same model everywhere. The rate stays an
/// input and the dimensions stay open: what is constant makes the runtime's optimizer inline the net's branches, and it cannot do that
/// within a Scan (ONNX Runtime 1.31).
/// </remarks>
internal static class SpeechModel
{
    public const string Input = "windows";
    public const string Rate = "sr";
    public const string Output = "speech";
    private const int Graph = 7, Nodes = 1, Inputs = 11, Outputs = 12, Initializers = 5;

    /// <summary>Float [windows, 1, 576] and the rate, 16,000, to the probability of speech in each, Float [windows, 1, 1].</summary>
    /// <exception cref="OnnxModelException">The net is not of Silero VAD 5's shape.</exception>
    public static byte[] Build(ReadOnlySpan<byte> net)
    {
        var model = new ProtoMessage(net.Length + 1024);
        for (var fields = new ProtoFields(net, "model"); fields.MoveNext();)
        {
            if (fields.Number == Graph)
            {
                model.Message(Graph, Around(fields.Content));
            }
            else
            {
                model.Copy(net[fields.Start..fields.End]);
            }
        }

        return model.Bytes.ToArray();
    }

    private static ProtoMessage Around(ReadOnlySpan<byte> graph)
    {
        var scan = new ProtoMessage(graph.Length + 512)
            .Text(1, "silent state").Text(1, Input).Text(2, "last state").Text(2, Output).Text(4, "Scan")
            .Message(5, new ProtoMessage(graph.Length + 256).Text(1, "body").Message(6, Body(graph)).Number(20, 5))
            .Message(5, ModelWriter.One("num_scan_inputs", 1));
        return new ProtoMessage(graph.Length + 1024)
            .Message(Nodes, scan)
            .Text(2, "speech in windows")
            .Message(Initializers, ModelWriter.Weight("silent state", ElementType.Float, [2, 1, 128], new byte[2 * 128 * sizeof(float)]))
            .Message(Inputs, ModelWriter.Value(Input, ElementType.Float, null, null, null))
            .Message(Inputs, ModelWriter.Value(Rate, ElementType.Int64))
            .Message(Outputs, ModelWriter.Value(Output, ElementType.Float, null, null, null));
    }

    // The same graph with the state as its first input and output; the rate comes from around it.
    private static ProtoMessage Body(ReadOnlySpan<byte> graph)
    {
        var body = new ProtoMessage(graph.Length);
        ReadOnlySpan<byte> input = default, state = default, output = default, newState = default;
        for (var fields = new ProtoFields(graph, "graph"); fields.MoveNext();)
        {
            switch (fields.Number, fields.Number is Inputs or Outputs ? ProtoFields.TextIn(fields.Content, "value", 1) : "")
            {
                case (Inputs, "input"): input = fields.Content; break;
                case (Inputs, "state"): state = fields.Content; break;
                case (Inputs, Rate): break;
                case (Outputs, "output"): output = fields.Content; break;
                case (Outputs, "stateN"): newState = fields.Content; break;
                case (Inputs or Outputs, var name): throw new OnnxModelException($"The net has '{name}', expected the inputs and outputs of Silero VAD 5.");
                default: body.Copy(graph[fields.Start..fields.End]); break;
            }
        }

        return input.IsEmpty || state.IsEmpty || output.IsEmpty || newState.IsEmpty
            ? throw new OnnxModelException("The net lacks input, state, output or stateN, expected those of Silero VAD 5.")
            : body.Content(Inputs, state).Content(Inputs, input).Content(Outputs, newState).Content(Outputs, output);
    }
}
