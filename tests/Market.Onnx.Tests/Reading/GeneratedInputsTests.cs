using System.Runtime.InteropServices;
using Market.Onnx.Digests;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Onnx.Tests.Reading;

public sealed class GeneratedInputsTests
{
    [Theory]
    [InlineData(8, new long[] { 2 }, "String")]
    [InlineData(14, new long[] { 2 }, "Complex64")]
    [InlineData(1, new long[] { 1 << 20, 1 << 20 }, "'x'")]
    [InlineData(1, new long[] { 1 << 20, 1 << 10 }, "bytes")]
    public void Refuses_what_nothing_can_be_made_up_for(int type, long[] dims, string reason)
    {
        var model = ModelReader.Read(Model(Graph([Node("Identity", ["x"], ["y"])], [Value("x", type, dims)], [Value("y", type, dims)])));
        Assert.Contains(reason, Assert.Throws<OnnxModelException>(() => GeneratedInputs.Of(model, 2, new Random(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Begins_with_a_blank_task_and_goes_on_with_noise_that_fits_the_model()
    {
        var model = ModelReader.Read(Model(Graph(
            [Node("Identity", ["x"], ["y"])],
            [Value("x", 1, -1, 3, -1), Value("half", 10, 2), Value("double", 11, 2), Value("brain", 16, 4), Value("mask", 7, 8), Value("flag", 9, 8)],
            [Value("y", 1, -1)])));
        var tasks = GeneratedInputs.Of(model, 3, new Random(5));
        Assert.All(tasks, task => Assert.Empty(model.Check(task)));
        Assert.All(tasks, task => task.ForEach(input => TensorSize.Check(input.Value)));
        Assert.Equal([1, 3, 64], tasks[0][0].Value.Dims);
        Assert.All(tasks[0], input => Assert.True(input.Value.Data.Span.IndexOfAnyExcept((byte)0) < 0));
        Assert.InRange(MemoryMarshal.Cast<byte, float>(tasks[1][0].Value.Data.Span).ToArray().Max(), 0.9f, 1f);
        Assert.Equal([0L, 1], MemoryMarshal.Cast<byte, long>(tasks[1][4].Value.Data.Span).ToArray().Distinct().Order());
    }

    [Fact]
    public void Gives_the_same_for_the_same_seed_and_other_noise_for_another()
    {
        var model = ModelReader.Read(Double());
        Digest Of(int seed) => TensorDigest.Of(GeneratedInputs.Of(model, 2, new Random(seed))[1]);
        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
    }
}
