using Market.Onnx.Comparison;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Onnx.Tests.Comparison;

public sealed class ChoiceTests
{
    private static readonly ComparisonLimits Limits = new(1e-4, 5e-4, 1e-6);

    [Theory]
    [InlineData(new[] { 1f, 0.99999f }, 1L, "a label that is not the best of its own scores")]
    [InlineData(new[] { 0.99f, 1f }, 1L, "scores beyond tolerance")]
    [InlineData(new[] { float.NaN, 1f }, 1L, "a score that is no number")]
    [InlineData(new[] { 1f, 1f }, 2L, "a place that is not there")]
    [InlineData(new[] { 1f, 1f }, -1L, "a place before the first")]
    public void Labels_that_differ_are_not_within_tolerance_with(float[] scores, long label, string why) =>
        Assert.False(Compare(Result(scores, label)).IsWithin, why);

    [Fact]
    public void Both_sides_of_a_tie_are_within_tolerance()
    {
        var distance = Compare(Result([0.99999f, 1f], 1));
        Assert.True(distance.IsWithin, $"{distance}");
        Assert.InRange(distance.ShareOfTolerance, 0.01, 1);
        Assert.True(Compare(Result([1f, 1f], 1)).IsWithin);
    }

    [Fact]
    public void Without_the_scores_among_the_outputs_a_label_must_be_equal()
    {
        var choice = Assert.Single(ModelReader.Read(Classifier()).Choices);
        TensorMap one = [new("label", ModelFolder.Integers([1], 0))], other = [new("label", ModelFolder.Integers([1], 1))];
        Assert.True(OutputComparison.Between(one, other, Limits, choice) is { IsWithin: false } distance && distance.MayBeTie(modelHasJumps: true));
        Assert.Empty(ModelReader.Read(Model(Graph([Node("ArgMax", ["x"], ["label"])], [Value("x", 1, 2)], [Value("label", 7, 1)]))).Choices);
    }

    [Theory]
    [InlineData("ArgMin", 1, new[] { 3f, 1, 2, 0, 5, 4 }, new[] { 1L, 0 })]
    [InlineData("ArgMax", 0, new[] { 3f, 1, 2, 0, 5, 4 }, new[] { 0L, 1, 1 })]
    [InlineData("ArgMax", -1, new[] { 3f, 1, 2, 0, 5, 4 }, new[] { 0L, 1 })]
    public void Labels_are_held_against_scores_along_their_axis(string operation, long axis, float[] scores, long[] labels)
    {
        var model = Model(Graph([Node("Relu", ["x"], ["y"]), Node(operation, ["y"], ["label"], Integer("axis", axis))], [Value("x", 1, 2, 3)], [Value("y", 1, 2, 3), Value("label", 7)]));
        var choice = Assert.Single(ModelReader.Read(model).Choices);
        TensorMap Labelled(long[] places) => [new("y", ModelFolder.Floats([2, 3], scores)), new("label", ModelFolder.Integers([places.Length], places))];
        Assert.True(choice.Holds(Labelled(labels)));
        Assert.False(choice.Holds(Labelled([.. labels.Select(l => (l + 1) % 2)])));
        Assert.False(choice.Holds(Labelled(labels[1..])));
    }

    [Theory]
    [InlineData(new[] { 3f, 2, 1, 1.99999f }, new[] { 3f, 1.99999f }, new[] { 0L, 3 }, "a better one was left")]
    [InlineData(new[] { 3f, 2, 1, 2 }, new[] { 3f, 2 }, new[] { 0L, 0 }, "a place taken twice")]
    [InlineData(new[] { 3f, 2, 1, 2 }, new[] { 3f, 2.1f }, new[] { 0L, 3 }, "another value than the place's score")]
    [InlineData(new[] { 3f, 2, 1, 2 }, new[] { 2f, 3 }, new[] { 1L, 0 }, "out of order")]
    [InlineData(new[] { 3f, 2, 1, 2 }, new[] { 3f, 2 }, new[] { 0L, 4 }, "a place that is not there")]
    [InlineData(new[] { 3f, 2, 1, 2.5f }, new[] { 3f, 2.5f }, new[] { 0L, 3 }, "scores beyond tolerance")]
    [InlineData(new[] { 3f, float.NaN, 1, 2 }, new[] { 3f, 2 }, new[] { 0L, 3 }, "a score that is no number")]
    public void The_best_of_scores_are_not_within_tolerance_with(float[] scores, float[] top, long[] places, string why) =>
        Assert.False(OutputComparison.Between(Best([3f, 2, 1, 1.99999f], [3f, 2], [0, 1]), Best(scores, top, places), Limits, ModelReader.Read(TopK()).Choices).IsWithin, why);

    [Fact]
    public void Both_sides_of_a_tie_among_the_best_are_within_tolerance_and_their_values_are_not_behind_a_tie()
    {
        var model = ModelReader.Read(TopK());
        Assert.Empty(model.PickedOutputs.Except(["places"]));
        var distance = OutputComparison.Between(Best([3f, 2, 1, 1.99999f], [3f, 2], [0, 1]), Best([3f, 1.99999f, 1, 2], [3f, 2], [0, 3]), Limits, model.Choices);
        Assert.True(distance.IsWithin, $"{distance}");
    }

    /// <summary>The outputs y, and top and places = TopK(y).</summary>
    private static byte[] TopK() => Model(Graph(
        [Node("Relu", ["x"], ["y"]), Node("TopK", ["y", "k"], ["top", "places"])], [Value("x", 1, 4), Value("k", 7, 1)], [Value("y", 1, 4), Value("top", 1, 2), Value("places", 7, 2)]));

    private static TensorMap Best(float[] scores, float[] top, long[] places) =>
        [new("y", ModelFolder.Floats([4], scores)), new("top", ModelFolder.Floats([2], top)), new("places", ModelFolder.Integers([2], places))];

    /// <summary>The outputs y and label = ArgMax(y).</summary>
    private static byte[] Classifier() => Model(Graph(
        [Node("Relu", ["x"], ["y"]), Node("ArgMax", ["y"], ["label"])], [Value("x", 1, 2)], [Value("y", 1, 2), Value("label", 7, 1)]));

    private static TensorMap Result(float[] scores, long label) => [new("y", ModelFolder.Floats([2], scores)), new("label", ModelFolder.Integers([1], label))];

    private static OutputDistance Compare(TensorMap other) =>
        OutputComparison.Between(Result([1f, 0.99999f], 0), other, Limits, ModelReader.Read(Classifier()).Choices);
}
