using Market.Onnx.Comparison;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;

namespace Market.Onnx.Tests.Comparison;

public sealed class SpreadTests
{
    [Fact]
    public void What_no_tolerance_allows_is_told_and_kept()
    {
        var spread = Spread.Between(One("y", 1f), One("y", float.NaN), 0, []);
        Assert.Contains("'y': element 0", spread.Or(Spread.None).Mismatch, StringComparison.Ordinal);
        Assert.NotNull(Spread.None.Or(spread).Mismatch);
    }

    [Fact]
    public void Each_output_counts_by_its_own_size_unless_the_floor_covers_it()
    {
        TensorMap a = [.. One("large", 1000f), .. One("small", 1e-7f)], b = [.. One("large", 1001f), .. One("small", 2e-7f)];
        Assert.Equal(0.5, Spread.Between(a, b, 0, []).RelativeL2, 1e-6);
        var above = Spread.Between(a, b, 1e-6, []);
        Assert.Equal((1.0 / 1001, 1.0 / 1001, 1.0), (above.RelativeL2, above.ScaledMaximum, above.LargestDifference));
        Assert.Equal(Spread.None with { LargestDifference = 1 }, Spread.Between(a, b, 10, []));
    }

    [Fact]
    public void The_larger_of_each_is_kept() =>
        Assert.Equal(new Spread(2, 3, 5, null), new Spread(1, 3, 4, null).Or(new Spread(2, 0, 5, null)));

    private static TensorMap One(string name, float value) => [new(name, ModelFolder.Floats([1], value))];
}
