using System.Text.Json;
using Market.Onnx.Models;
using Market.Onnx.Reading;

namespace Market.Apps.Decoder;

/// <summary>Reads an ONNX file: what a page shows of it, and what commits to it.</summary>
internal static class ModelDecoder
{
    private const int MostShown = 100;
    private const int LongestShown = 400;

    /// <exception cref="OnnxModelException">The reader refuses it.</exception>
    public static void Describe(byte[] file, Stream output)
    {
        var model = ModelReader.Read(file);
        JsonSerializer.Serialize(output, new
        {
            Inputs = model.Inputs.Take(MostShown).Select(input => Cut(input.ToString())),
            Outputs = model.Outputs.Take(MostShown).Select(Cut),
            Operators = model.Operators.OrderByDescending(o => o.Value).Take(MostShown).Select(o => KeyValuePair.Create(Cut(o.Key), o.Value)),
            Opsets = model.Opsets.Take(MostShown),
            WeightBytes = model.InitializerBytes,
        });
    }

    public static void Commit(byte[] file, Stream output)
    {
        TraceableModel model;
        try
        {
            model = TraceableModel.Read(file);
        }
        catch (OnnxModelException)
        {
            return;
        }

        using var writer = new BinaryWriter(output);
        writer.Write(model.Root.ToArray());
        writer.Write(model.Inputs.Length);
        foreach (var input in model.Inputs)
        {
            writer.Write(input);
        }
    }

    private static string Cut(string text) => text.Length <= LongestShown ? text : text[..LongestShown];
}
