using CsCheck;
using Market.Onnx.Comparison;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Digests;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Tests.Comparison;

public sealed class OutputComparisonTests
{
    private static readonly ComparisonLimits Limits = new(1e-4, 5e-4);

    [Theory]
    [InlineData(new[] { 1f, float.NaN }, new[] { 1f, 2f }, "element 1 is NaN against 2")]
    [InlineData(new[] { 1f, float.PositiveInfinity }, new[] { 1f, float.NegativeInfinity }, "element 1")]
    public void Special_values_must_stand_in_the_same_places(float[] a, float[] b, string reason) =>
        Assert.Contains(reason, Compare(a, b).Mismatch, StringComparison.Ordinal);

    [Fact]
    public void Names_types_shapes_and_integers_must_be_equal()
    {
        Tensor floats = new(ElementType.Float, [2], new byte[8]);
        Assert.Contains("outputs 'x' against 'y'", OutputComparison.Between(Map("x", floats), Map("y", floats), Limits).Mismatch, StringComparison.Ordinal);
        Assert.Contains("Float[2] against Int32[2]", OutputComparison.Between(Map("x", floats), Map("x", floats with { Type = ElementType.Int32 }), Limits).Mismatch, StringComparison.Ordinal);
        Assert.Contains("Float[2] against Float[2,1]", OutputComparison.Between(Map("x", floats), Map("x", floats with { Dims = [2, 1] }), Limits).Mismatch, StringComparison.Ordinal);
        Assert.Contains("differ from byte 4", OutputComparison.Between(Map("x", new(ElementType.Int32, [2], new byte[8])), Map("x", new(ElementType.Int32, [2], new byte[] { 0, 0, 0, 0, 1, 0, 0, 0 })), Limits).Mismatch, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_accuse_nobody_where_the_model_has_ties()
    {
        OutputDistance labels = OutputComparison.Between(Map("x", new(ElementType.Int64, [1], new byte[8])), Map("x", new(ElementType.Int64, [1], new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 })), Limits);
        Assert.True(labels.MayBeTie(modelHasJumps: true));
        Assert.False(labels.MayBeTie(modelHasJumps: false));
        Assert.False(Compare([1f], [1.01f]).MayBeTie(modelHasJumps: true));
        Assert.False(Compare([float.NaN], [1f]).MayBeTie(modelHasJumps: true));
    }

    [Theory]
    [InlineData(1e-6, new[] { 1e-7f, 2e-7f }, new[] { 5e-7f, 3e-7f }, 0.4)]
    [InlineData(1e-6, new[] { 1e-7f, 2e-7f }, new[] { 2.1e-6f, 2e-7f }, 2)]
    [InlineData(0, new[] { 1e-7f, 2e-7f }, new[] { 5e-7f, 3e-7f }, 7071.07)]
    [InlineData(1e-6, new[] { 1000f, 1e-7f }, new[] { 1000.25f, 5e-7f }, 2.5)]
    [InlineData(1e-6, new[] { 0f }, new[] { 1e-30f }, 1e-24)]
    public void A_tensor_within_the_absolute_floor_is_within_tolerance_whatever_its_relative_size(double floor, float[] a, float[] b, double share) =>
        Assert.Equal(share, Compare(a, b, Limits with { AbsoluteFloor = floor }).ShareOfTolerance, share * 1e-3);

    [Fact]
    public void The_absolute_floor_allows_no_NaN_and_no_other_number_where_numbers_are_whole()
    {
        Assert.Contains("element 0", Compare([float.NaN], [1e-9f], new ComparisonLimits(0, 0, 1)).Mismatch, StringComparison.Ordinal);
        Tensor zero = new(ElementType.Int32, [1], new byte[4]), one = new(ElementType.Int32, [1], new byte[] { 1, 0, 0, 0 });
        Assert.False(OutputComparison.Between(Map("x", zero), Map("x", one), new ComparisonLimits(0, 0, 10)).IsWithin);
    }

    [Fact]
    public void NaNs_of_different_bits_and_zeros_of_different_sign_are_equal()
    {
        Assert.True(Compare([float.NaN, -0f, float.PositiveInfinity], [BitConverter.Int32BitsToSingle(-1), 0f, float.PositiveInfinity]) is { IsWithin: true, ShareOfTolerance: 0 });
        Assert.True(OutputComparison.Between(Map("x", new(ElementType.Bool, [1], new byte[] { 1 })), Map("x", new(ElementType.Bool, [1], new byte[] { 2 })), Limits).IsWithin);
    }

    [Fact]
    public void All_zeros_are_equal_only_to_all_zeros()
    {
        Assert.True(Compare([0f, 0f], [0f, -0f]).IsWithin);
        Assert.False(Compare([0f, 0f], [0f, 1e-30f]).IsWithin);
    }

    [Fact]
    public void A_relative_change_is_measured_as_such_at_every_scale() =>
        Gen.Float[0.1f, 1f].Array[2, 200].Select(Gen.Int[-60, 60], Gen.Double[1e-6, 1e-2]).Sample((values, exponent, change) =>
        {
            float[] a = [.. values.Select(v => MathF.ScaleB(v, exponent))], b = [.. a.Select(v => (float)(v * (1 + change)))];
            OutputDistance distance = Compare(a, b);
            Assert.InRange(distance.RelativeL2, (change / (1 + change)) - 2e-7, (change / (1 + change)) + 2e-7);
            Assert.Equal(distance, Compare(b, a));
            Assert.Equal(distance.ShareOfTolerance <= 1, distance.IsWithin);
            Assert.True(Compare(a, a) is { ShareOfTolerance: 0, IsWithin: true });
        });

    private static OutputDistance Compare(float[] a, float[] b, ComparisonLimits? limits = null) => OutputComparison.Between(
        Map("x", new(ElementType.Float, [a.Length], ResultVectors.Floats(a))), Map("x", new(ElementType.Float, [b.Length], ResultVectors.Floats(b))), limits ?? Limits);

    private static TensorMap Map(string name, Tensor tensor) => [new(name, tensor)];
}
