using Market.Onnx.Cutting;
using Market.Onnx.Mutations;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Spread.Models;
using Market.Spread.Nets;

namespace Market.Spread.Tests;

/// <summary>A cheat changes what it says, and nothing else.</summary>
public sealed class MutationTests
{
    private static readonly byte[] Residual = ConvNets.Residual();

    [Fact]
    public void What_is_no_model_is_refused() => Assert.Throws<OnnxModelException>(() => ModelWeights.Find(Residual.AsSpan(0, 5000)));

    [Fact]
    public void A_seed_gives_the_same_model_every_time() => Assert.Equal(Residual, ConvNets.Residual());

    [Fact]
    public void Every_model_is_one_that_the_market_takes() =>
        Assert.All(Catalog.All(Checkout.At("node_modules")), subject => Assert.Empty(ModelReader.Read(subject.File()).Check(subject.Input(0))));

    [Fact]
    public void Weights_are_found_in_initializers_and_in_constants_of_branches()
    {
        Assert.Equal(15, ModelWeights.Find(Residual).Count(weight => weight.IsLearned && weight.Dims.Count == 4));
        var voice = Catalog.All(Checkout.At("node_modules")).First(subject => subject.Name == "Silero VAD 5").File();
        Assert.Equal(16, ModelWeights.Find(voice).Count(weight => weight.IsLearned));
    }

    [Fact]
    public void Rounding_leaves_only_numbers_that_the_narrow_type_has()
    {
        Assert.All(Floats(Mutation.Half(Residual)), value => Assert.Equal((float)(Half)value, value));
        Assert.All(Floats(Mutation.Brain(Residual)), value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value) & 0xffff));
        var (bytes, kernels) = (Mutation.Bytes(Residual), ModelWeights.Find(Residual).Where(weight => weight.IsLearned));
        Assert.All(kernels, weight => Assert.InRange(weight.Values(bytes).Distinct().Count(), 2, 255));
    }

    [Fact]
    public void Rounding_to_the_brain_type_goes_to_the_nearest_and_to_even()
    {
        var file = new NetBuilder(1);
        file.Output(file.Apply("Add", [file.Input("x", ElementType.Float, 3), file.Weight([3], 1 + (1f / 256), 1 + (3f / 256), 1 + (1f / 200))]), "y", ElementType.Float);
        Assert.Equal([1, 1 + (4f / 256), 1 + (2f / 256)], Floats(Mutation.Brain(file.Build())));
    }

    [Fact]
    public void One_tensor_or_one_weight_changes_and_no_other()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Assert.Single(ChangedTensors(Mutation.Scaled(Residual, seed, 1.01f)));
            var changed = Mutation.OneWeight(Residual, seed, 1.5f);
            var weight = Assert.Single(ChangedTensors(changed));
            var (before, after) = Assert.Single(weight.Values(Residual).Zip(weight.Values(changed)), pair => pair.First != pair.Second);
            Assert.Equal(1.5f * before, after);
        }
    }

    [Fact]
    public void A_skipped_node_gives_its_first_input()
    {
        var graph = ModelGraph.Read(Residual);
        Assert.Equal(graph.Nodes.Count(node => node.Operator is "Relu" or "Conv" or "BatchNormalization"), SkippedNode.Count(Residual));
        for (var node = 0; node < SkippedNode.Count(Residual); node++)
        {
            var skipped = ModelGraph.Read(SkippedNode.Without(Residual, node)).Nodes;
            var (before, after) = Assert.Single(graph.Nodes.Zip(skipped), pair => pair.First.Operator != pair.Second.Operator);
            Assert.Equal(("Identity", before.Takes[0], before.Gives[0]), (after.Operator, Assert.Single(after.Takes), Assert.Single(after.Gives)));
        }
    }

    private static List<WeightTensor> ChangedTensors(byte[] changed) =>
        [.. ModelWeights.Find(Residual).Where(weight => weight.IsFloat && !weight.Values(Residual).SequenceEqual(weight.Values(changed)))];

    private static IEnumerable<float> Floats(byte[] file) => ModelWeights.Find(file).Where(weight => weight.Type == ElementType.Float).SelectMany(weight => weight.Values(file));
}
