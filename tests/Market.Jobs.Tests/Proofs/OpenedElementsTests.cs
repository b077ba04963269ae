using Market.Jobs.Proofs;
using Market.Onnx.Models;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;

namespace Market.Jobs.Tests.Proofs;

/// <summary>Which elements a judge needs, counted out by hand; and where two tensors lie farthest apart.</summary>
public sealed class OpenedElementsTests
{
    private const int Float = 1;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public void An_element_of_Gemm_takes_a_row_and_a_column_and_one_of_C(int transA, int transB)
    {
        // 2×3 times 3×4; element (1, 2) of the result.
        var node = NodeOf(TinyModel.Node("Gemm", ["a", "b", "c"], ["y"], TinyModel.Integer("alpha", 7), TinyModel.Integer("transA", transA), TinyModel.Integer("transB", transB)), "a", "b", "c");
        List<long[]> dims = [transA == 0 ? [2, 3] : [3, 2], transB == 0 ? [3, 4] : [4, 3], [4]];
        Assert.Equal(transA == 0 ? [3, 4, 5] : [1, 3, 5], OpenedElements.Of(node, dims, 0, [2, 4], 6)!);
        Assert.Equal(transB == 0 ? [2, 6, 10] : [6, 7, 8], OpenedElements.Of(node, dims, 1, [2, 4], 6)!);
        Assert.Equal([2], OpenedElements.Of(node, dims, 2, [2, 4], 6)!);
    }

    [Theory]
    [InlineData(new long[] { 2, 3, 4 }, 17)]
    [InlineData(new long[] { 3, 1 }, 1)]
    [InlineData(new long[] { 4 }, 1)]
    [InlineData(new long[] { 2, 1, 1 }, 1)]
    [InlineData(new long[0], 0)]
    public void An_element_wise_operator_takes_the_element_that_is_stretched_there(long[] dims, long expected)
    {
        var node = NodeOf(TinyModel.Node("Add", ["a", "b"], ["y"]), "a", "b");
        Assert.Equal([expected], OpenedElements.Of(node, [dims, dims], 0, [2, 3, 4], 17)!);
    }

    [Fact]
    public void A_shape_that_the_operator_does_not_give_needs_no_element_and_other_operators_all()
    {
        Assert.Empty(OpenedElements.Of(NodeOf(TinyModel.Node("Relu", ["a"], ["y"]), "a"), [[2, 3]], 0, [6], 0)!);
        Assert.Empty(OpenedElements.Of(NodeOf(TinyModel.Node("Reshape", ["a", "b"], ["y"]), "a", "b"), [[6], [2]], 0, [2, 3], 0)!);
        Assert.Null(OpenedElements.Of(NodeOf(TinyModel.Node("Conv", ["a", "b"], ["y"]), "a", "b"), [[1, 1, 4], [1, 1, 2]], 0, [1, 1, 3], 0));
        Assert.Null(OpenedElements.JudgeOf(NodeOf(TinyModel.Node("Softmax", ["a"], ["y"]), "a")));
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 1, 2, 3 }, -1)]
    [InlineData(new float[] { 0f, float.NaN }, new float[] { -0f, float.NaN }, -1)]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 1.5f, 2, 5 }, 2)]
    [InlineData(new float[] { 1, float.NaN, 3 }, new float[] { 1.5f, 2, 5 }, 1)]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 1, 2 }, 0)]
    public void The_farthest_element_is_found(float[] one, float[] other, int expected)
    {
        var found = Farthest.Between(Tensor(one), Tensor(other));
        Assert.Equal(expected, found?.Index ?? -1);
    }

    private static Tensor Tensor(float[] values) => new(ElementType.Float, [values.Length], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static NodeParts NodeOf(byte[] node, params string[] inputs) => NodeParts.Read(ModelTree.Read(
        TinyModel.Model(TinyModel.Graph([node], [.. inputs.Select(name => TinyModel.Value(name, Float, -1))], [TinyModel.Value("y", Float, -1)]))).Nodes[0]);
}
