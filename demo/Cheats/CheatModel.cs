using Market.Onnx.Cutting;
using Market.Onnx.Models;
using Market.Onnx.Mutations;

namespace Market.Demo.Cheats;

/// <summary>The model that a cheat runs in place of the ordered one.</summary>
internal static class CheatModel
{
    private const int Seed = 1;

    /// <summary>Writes it into a folder beside the ordered one and returns its path; the ordered one's if it runs that.</summary>
    public static string Write(string ordered, CheatKind kind)
    {
        if (Change(kind) is not { } change)
        {
            return ordered;
        }

        var path = Path.Combine(Directory.CreateDirectory($"{ordered}.{kind}").FullName, "model.onnx");
        File.WriteAllBytes(path, change(File.ReadAllBytes(ordered)));
        return path;
    }

    private static Func<byte[], byte[]>? Change(CheatKind kind) => kind switch
    {
        CheatKind.Fp16 or CheatKind.SpoofedClass => file => HalfWeights.Of(file),
        CheatKind.Bf16 => Mutation.Brain,
        CheatKind.Int8 => Mutation.Bytes,
        CheatKind.SkippedLayer => WithoutLayer,
        CheatKind.ScaledTensor => file => Mutation.Scaled(file, Seed, 1.01f),
        CheatKind.OneWeight => file => Mutation.OneWeight(file, Seed, 1.5f),
        _ => null,
    };

    /// <summary>Without a layer from the middle that leaves shapes alone, so that the model still runs.</summary>
    private static byte[] WithoutLayer(byte[] file)
    {
        var nodes = ModelGraph.Read(file).Nodes;
        var all = SkippedNode.Count(file);
        return Enumerable.Range(all / 2, all - (all / 2)).Select(node => SkippedNode.Without(file, node)).FirstOrDefault(without =>
                nodes.Zip(ModelGraph.Read(without).Nodes).Any(pair => pair.First.Operator != pair.Second.Operator && pair.First.Operator is not ("Conv" or "QLinearConv")))
            ?? throw new InvalidDataException("The model has no layer that can be left out.");
    }
}
