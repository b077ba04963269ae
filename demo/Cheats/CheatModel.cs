using Market.Onnx.Cutting;
using Market.Onnx.Models;
using Market.Onnx.Mutations;

namespace Market.Demo.Cheats;

/// <summary>The model that a cheat runs in place of the ordered one.</summary>
internal static class CheatModel
{
    private const int Seed = 1;

    /// <summary>Writes it into a folder beside the ordered one and returns its path; the ordered one's if it runs that.</summary>
    /// <param name="ordered">The path of the ordered one.</param>
    /// <param name="kind">The cheat.</param>
    /// <param name="at">The operator that is made wrong.</param>
    public static string Write(string ordered, CheatKind kind, int at)
    {
        if (Change(kind, at) is not { } change)
        {
            return ordered;
        }

        var path = Path.Combine(Directory.CreateDirectory($"{ordered}.{kind}").FullName, "model.onnx");
        File.WriteAllBytes(path, change(File.ReadAllBytes(ordered)));
        return path;
    }

    private static Func<byte[], byte[]>? Change(CheatKind kind, int at) => kind switch
    {
        CheatKind.Fp16 or CheatKind.SpoofedClass => file => HalfWeights.Of(file),
        CheatKind.Bf16 => Mutation.Brain,
        CheatKind.Int8 => Mutation.Bytes,
        CheatKind.SkippedLayer => WithoutLayer,
        CheatKind.ScaledTensor => file => Mutation.Scaled(file, Seed, 1.01f),
        CheatKind.WrongOperator => file => WrongNode.Of(file, at),
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
