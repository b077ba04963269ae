using Market.Onnx.Execution;
using Market.Onnx.Mutations;
using Market.Onnx.Tensors;

namespace Market.Spread.Measuring;

/// <summary>A way to cheat: other models to run, or outputs made of honest ones.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Models">Gives the models, as many as the draws of this kind.</param>
/// <param name="Forge">Makes outputs of the honest ones of all inputs; null for cheats that run a model.</param>
internal sealed record Cheat(string Name, Func<byte[], IEnumerable<byte[]>> Models, Func<IReadOnlyList<TensorMap>, int, TensorMap>? Forge = null)
{
    public const string HalfWeights = "fp16 weights";

    private const int Draws = 3;

    public static IReadOnlyList<Cheat> All { get; } =
    [
        new(HalfWeights, file => [Mutation.Half(file)]),
        new("bf16 weights", file => [Mutation.Brain(file)]),
        new("int8 weights", file => [Mutation.Bytes(file)]),
        new("one tensor ×1.01", file => Enumerable.Range(0, Draws).Select(draw => Mutation.Scaled(file, draw, 1.01f))),
        new("one weight ×1.5", file => Enumerable.Range(0, Draws).Select(draw => Mutation.OneWeight(file, draw, 1.5f))),
        new("skipped layer", Skipped),
        new("another input's answer", None, (honest, input) => honest[(input + 1) % honest.Count]),
        new("noise 10⁻³", None, (honest, input) => Noise.On(honest[input], 1e-3, input)),
        new("noise 10⁻⁴", None, (honest, input) => Noise.On(honest[input], 1e-4, input)),
        new("noise 10⁻⁵", None, (honest, input) => Noise.On(honest[input], 1e-5, input)),
        new("noise 10⁻⁶", None, (honest, input) => Noise.On(honest[input], 1e-6, input)),
    ];

    /// <summary>What the cheat gives for a range of inputs, once for each of its models that runs.</summary>
    public async IAsyncEnumerable<IReadOnlyList<TensorMap>> RunAsync(Bench bench, byte[] file, IReadOnlyList<TensorMap> inputs, IReadOnlyList<TensorMap> honest)
    {
        if (Forge is not null)
        {
            yield return [.. honest.Select((_, input) => Forge(honest, input))];
        }

        foreach (var model in Models(file).Where(model => !model.AsSpan().SequenceEqual(file)))
        {
            if (await TryAsync(bench, model, inputs) is { } outputs)
            {
                yield return outputs;
            }
        }
    }

    // A model without one of its layers does not always run: shapes differ then.
    private static async Task<IReadOnlyList<TensorMap>?> TryAsync(Bench bench, byte[] model, IReadOnlyList<TensorMap> inputs)
    {
        try
        {
            return await bench.RunAsync(bench.Place(model), Configuration.Usual, inputs);
        }
        catch (WorkerException)
        {
            return null;
        }
    }

    // Six nodes spread over the model.
    private static IEnumerable<byte[]> Skipped(byte[] file)
    {
        var count = SkippedNode.Count(file);
        return Enumerable.Range(0, Math.Min(count, 2 * Draws)).Select(i => SkippedNode.Without(file, i * count / Math.Min(count, 2 * Draws)));
    }

    private static IEnumerable<byte[]> None(byte[] file) => [];
}
