using Market.Onnx.Comparison;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Spread.Inputs;
using Market.Spread.Measuring;
using Market.Spread.Models;
using Market.Onnx.Mutations;
using Market.Spread.Reports;

namespace Market.Spread.Tests;

/// <summary>The page docs/verification.md, held: what was recorded, and a few of its models measured again.</summary>
public sealed class SpreadTests
{
    private static readonly Results Recorded = Results.Read(Checkout.Root);

    private static readonly Machine Web = Machine.WebAssembly(Checkout.At("node_modules"));

    private static readonly Configuration[] Few =
    [
        Configuration.Usual, new(Machine.Native, OptimizationLevel.None, Threads: 2, Prepacking: false), new(Machine.Native, OptimizationLevel.All, Threads: 2),
        new(Web, OptimizationLevel.None), new(Web, OptimizationLevel.Extended),
    ];

    [Fact]
    public void The_page_is_what_the_program_writes_for_its_recorded_results()
    {
        var (page, report) = (File.ReadAllText(Report.PageIn(Checkout.Root)), Report.Of(Recorded));
        Assert.All(report.Parts, part => Assert.Equal(part.Value, Report.Verification.Read(page, part.Key)));
        Assert.Equal(report.Picture, File.ReadAllText(Report.PictureIn(Checkout.Root)));
    }

    [Fact]
    public void The_recorded_run_is_of_all_models_and_meets_its_figures()
    {
        Assert.Equal(Catalog.All(Checkout.At("node_modules")).Select(subject => (subject.Name, subject.Kind)), Recorded.Models.Select(model => (model.Name, model.Kind)));
        Assert.InRange(Recorded.Models.Count, 12, int.MaxValue);
        Assert.InRange(Recorded.Comparisons, 10_000, long.MaxValue);
        Assert.All(Recorded.Models, model => Assert.Equal(model.Inputs * (long)model.Configurations * (model.Tolerance is null ? 2 : model.Configurations - 1) / 2, model.Honest.Count));
        Assert.Empty(Recorded.Objections);
    }

    // The inputs are others than the recorded ones.
    [Theory]
    [InlineData("PP-OCRv4 direction with scores")]
    [InlineData("Silero VAD 5")]
    [InlineData("residual")]
    [InlineData("encoder")]
    [InlineData("LSTM")]
    [InlineData("statistics")]
    [InlineData("int8 table")]
    public async Task Honest_results_are_within_the_recorded_tolerance_and_fp16_weights_are_not(string name)
    {
        var subject = Catalog.All(Checkout.At("node_modules")).First(subject => subject.Name == name);
        var (file, inputs) = (subject.File(), Enumerable.Range(1000, 3).Select(subject.Input).ToList());
        var limits = ToleranceRule.Limits(Recorded.Models.First(model => model.Name == name).Tolerance!);
        await using var bench = new Bench();
        var runs = await HonestRuns.RunAsync(bench, bench.Place(file), Few, inputs);
        var honest = runs.Compare(.., limits);
        Assert.Equal((30, 0, 0), (honest.Count, honest.Rejected, runs.Unrepeatable));
        Assert.InRange(honest.Largest, 0, Results.MostShare);

        var half = new Spectrum();
        if (Mutation.Half(file) is var rounded && !rounded.AsSpan().SequenceEqual(file))
        {
            var cheating = await bench.RunAsync(bench.Place(rounded), Configuration.Usual, inputs);
            cheating.Index().ToList().ForEach(answer => runs.Compare(answer.Index, answer.Item, limits, half));
        }

        Assert.Equal(half.Count, half.Rejected);
        Assert.Equal(15, half.Count);
    }

    [Fact]
    public void A_tolerance_has_room_above_the_samples_and_neither_falls_below_the_least_nor_exceeds_the_largest()
    {
        Assert.Equal(ToleranceRule.Least, Rule(1e-9, 1e-9));
        Assert.Equal(new Tolerance(200_000, 400_000, 1_000), Rule(1e-5, 2e-5));
        Assert.Equal(new Tolerance(80_000, 160_000, 1_000), Rule(1e-5, 2e-5, catches: false));
        Assert.Null(Rule(1e-4, 1e-5));
        Assert.Null(Rule(1e-5, 1e-3));
        Assert.Null(ToleranceRule.From(Samples(new OutputDistance(0, 0, double.PositiveInfinity, "another whole number")), _ => true));

        static Tolerance? Rule(double l2, double maximum, bool catches = true) =>
            ToleranceRule.From(Samples(new OutputDistance(l2, maximum, 1, null) { LargestDifference = 1 }), _ => catches);
    }

    [Fact]
    public void What_the_absolute_floor_takes_care_of_widens_no_tolerance() =>
        Assert.Equal(ToleranceRule.Least, ToleranceRule.From(Samples(new OutputDistance(0.6, 0.6, 0.1, null) { LargestDifference = 4e-8 }), _ => true));

    [Fact]
    public void A_spectrum_counts_equal_bits_rejected_results_and_mismatches()
    {
        var spectrum = new Spectrum();
        spectrum.Add(new OutputDistance(0, 0, 0, null), 5);
        spectrum.Add(new OutputDistance(1e-5, 1e-5, 0.02, null), 3);
        spectrum.Add(new OutputDistance(1e-3, 1e-3, 2, null), 2);
        spectrum.Add(new OutputDistance(0, 0, double.PositiveInfinity, "another shape"), 1);
        Assert.Equal((11, 5, 3, 1), (spectrum.Count, spectrum.Equal, spectrum.Rejected, spectrum.Mismatched));
        Assert.Equal((0, 2.0), (spectrum.Smallest, spectrum.Largest));
        Assert.Equal([KeyValuePair.Create(-17, 3L), KeyValuePair.Create(3, 2L)], spectrum.Tenths);
    }

    [Fact]
    public void Noise_has_the_size_that_it_says()
    {
        var honest = TaskInput.Of(("y", TaskInput.Floats([4000], Numbers.Uniform(1, 4000, 3))), ("n", TaskInput.Wholes([2], 1, 2)));
        var distance = OutputComparison.Between(honest, Noise.On(honest, 1e-4, seed: 2), new ComparisonLimits(1e-4, 5e-4));
        Assert.InRange(distance.RelativeL2, 0.95e-4, 1.05e-4);
        Assert.Null(distance.Mismatch);
    }

    private static Spectrum Samples(OutputDistance distance)
    {
        var samples = new Spectrum();
        samples.Add(distance, 1);
        return samples;
    }

    [Fact]
    public void Sounds_words_and_pictures_are_the_same_for_the_same_number()
    {
        foreach (var subject in Catalog.All(Checkout.At("node_modules")))
        {
            Assert.Equal(Digest(subject.Input(3)), Digest(subject.Input(3)));
            Assert.NotEqual(Digest(subject.Input(3)), Digest(subject.Input(4)));
        }

        static string Digest(TensorMap map) => $"{Onnx.Digests.TensorDigest.Of(map)}";
    }
}
