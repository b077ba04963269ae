using System.Security.Cryptography;
using Market.Onnx.Digests;
using Market.Onnx.Execution;

namespace Market.Onnx.Tests.Execution;

public sealed class MeasuredClassTests : IDisposable
{
    private readonly ModelFolder _models = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public void The_self_test_is_the_published_one() =>
        CanonicalVectors.Check("self-test, file", Convert.ToHexStringLower(SHA256.HashData(SelfTestModel.File())));

    [Fact]
    public async Task The_same_settings_have_the_same_class_again_and_again()
    {
        var first = await MeasuredClass.MeasureAsync(_models.Options, SessionSettings.Default, Cancel);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(first, await MeasuredClass.MeasureAsync(_models.Options, SessionSettings.Default, Cancel));
        }

        Assert.Equal(first.Id, (first with { }).Id);
        Assert.NotEqual(first.Id, (first with { SelfTest = first.Id }).Id);
        Assert.NotEqual(first.Id, (first with { Named = first.Named with { Kernels = "another" } }).Id);
    }

    [Fact]
    public async Task Other_levels_threads_kernels_and_the_web_runtime_have_other_bits()
    {
        SessionSettings[] settings =
        [
            SessionSettings.Default,
            SessionSettings.Default with { Optimization = OptimizationLevel.Extended },
            SessionSettings.Default with { IntraOpThreads = 4 },
            SessionSettings.Default with { Entries = new Dictionary<string, string>(SessionSettings.Default.Entries) { ["session.disable_prepacking"] = "1" } },
        ];
        var bits = new List<Digest> { (await MeasuredClass.MeasureAsync(_models.Web, SessionSettings.Default, Cancel)).SelfTest };
        foreach (var one in settings)
        {
            bits.Add((await MeasuredClass.MeasureAsync(_models.Options, one, Cancel)).SelfTest);
        }

        Assert.True(bits.Distinct().Count() == bits.Count, $"Bits by settings: {string.Join(", ", bits.Select(b => $"{b}"[..8]))}");
    }

    // The same on every machine: docs/referee.md.
    [Fact]
    public async Task The_class_of_the_web_runtime_is_the_published_one()
    {
        var web = await MeasuredClass.MeasureAsync(_models.Web, SessionSettings.Default, Cancel);
        Assert.StartsWith("ort=1.30.0;ep=wasm;kernels=wasm-simd128;opt=0;threads=1;", web.Named.ToString(), StringComparison.Ordinal);
        CanonicalVectors.Check("self-test, outputs", $"{web.SelfTest}");
        CanonicalVectors.Check("self-test, class", $"{web.Id}");
    }
}
