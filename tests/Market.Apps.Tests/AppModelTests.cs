using Market.Apps.Tests.Speech;
using Market.Apps.Tests.Text;
using Market.Onnx.Tensors;
using SkiaSharp;

namespace Market.Apps.Tests;

public sealed class AppModelTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("text", "PP-OCRv4 detection", "PP-OCRv4 recognition")]
    [InlineData("speech", "Silero VAD 5")]
    public async Task The_models_that_an_app_names_are_those_that_its_steps_run(string id, params string[] names)
    {
        var (app, input) = (App.Find(id)!, id == "text" ? _bench.Input(_bench.Write("a.png", Picture())) : _bench.Input(_bench.Write("a.wav", Sound.Wav(Sound.Voice(1)))));
        Assert.Equal(names, app.Models.Select(m => m.Name));
        var (outputs, left) = (new List<IReadOnlyList<TensorMap?>>(), new Queue<AppModel>(app.Models));
        for (var step = await app.PrepareAsync(input, Workbench.Stop); step is not null; step = await app.ContinueAsync(input, outputs, Workbench.Stop))
        {
            Assert.Equal(await File.ReadAllBytesAsync(step.Model, Workbench.Stop), await left.Dequeue().ReadAsync(input.Models, Workbench.Stop));
            outputs.Add(await Workbench.RunAsync(step));
        }

        Assert.Empty(left);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_told_by_its_path()
    {
        var refused = await Assert.ThrowsAnyAsync<IOException>(() => App.Find("speech")!.Models[0].ReadAsync("/nowhere", Workbench.Stop));
        Assert.Contains("/nowhere/", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Picture()
    {
        using var page = new Page(320, 160);
        page.Write("Invoice", 40, 90, 40);
        return page.Encode(SKEncodedImageFormat.Png);
    }
}
