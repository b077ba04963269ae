using System.IO.Compression;
using System.Runtime.InteropServices;
using Market.Apps.Models;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;

namespace Market.Apps.Tests.Models;

public sealed class ModelAppTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("words.csv", "1,2\n3,four\n", "Line 2: 'four' found, expected a Float.")]
    [InlineData("open.csv", "1,\"2\n", "Line 1 has a quote without an end.")]
    [InlineData("none.csv", "a,b\n", "No row found, expected at least one.")]
    [InlineData("list.json", "[]", "0 tasks found, expected 1 to 65536.")]
    [InlineData("number.json", "7", "A Number found, expected an object with the inputs by name, or an array of such objects.")]
    [InlineData("name.json", "{\"z\":[1]}", "The model has no input 'z', expected 'x'.")]
    [InlineData("twice.json", "{\"x\":[1],\"x\":[2]}", "The file is no JSON")]
    [InlineData("ragged.json", "{\"x\":[[1,2],[3]]}", "Input 'x' has an array of 1 at depth 1, expected an array of 2 as in its first place.")]
    [InlineData("rank.json", "{\"x\":[[1,2]]}", "Input 'x' has rank 2 [1, 2], expected x: Float [?].")]
    [InlineData("half.json", "{\"x\":[1,", "The file is no JSON")]
    [InlineData("text.npy", "hello, world", "do not begin as an .npy file")]
    [InlineData("text.npz", "hello, world", "not an .npz archive")]
    public async Task Inputs_that_are_none_are_refused_with_their_file_and_what_was_expected(string name, string content, string expected)
    {
        var refusal = await _bench.RefusalAsync("model", Double(), _bench.Write(name, System.Text.Encoding.UTF8.GetBytes(content)));
        Assert.StartsWith($"'{name}': ", refusal, StringComparison.Ordinal);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_the_reader_refuses_has_its_reason_beside_its_name()
    {
        var refusal = await _bench.RefusalAsync("model", _bench.Write("mine.onnx", "no model"u8.ToArray()), _bench.Write("x.csv", "1"u8.ToArray()));
        Assert.StartsWith("'mine.onnx': ", refusal, StringComparison.Ordinal);
        Assert.EndsWith("the file is cut off, damaged or no ONNX file.", refusal, StringComparison.Ordinal);
        Assert.Equal("1 models and 0 files of inputs found, expected one .onnx file and at least one of .npy, .npz, .csv, .json.", await _bench.RefusalAsync("model", Double()));
        Assert.StartsWith("2 models and 0 files", await _bench.RefusalAsync("model", Double(), Double()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kind_of_file_gives_its_tasks_and_their_outputs_are_shown()
    {
        using var npz = new MemoryStream();
        using (var archive = new ZipArchive(npz, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("x.npy").Open();
            entry.Write(NpyFile.Write(Floats(7)));
        }

        var input = _bench.Input(
            _bench.Write("a.npy", NpyFile.Write(Floats(1, 2))), Double(), _bench.Write("b.npz", npz.ToArray()),
            _bench.Write("c.csv", "first,second\n3,4\n5,\"6.5\"\n"u8.ToArray()), _bench.Write("d.json", "[{\"x\":[8]},{\"x\":[9,10,11]}]"u8.ToArray()));
        var report = Assert.IsType<ModelReport>(await Workbench.RunAsync("model", input));
        Assert.Equal(["a.npy", "b.npz", "c.csv, 1", "c.csv, 2", "d.json, 1", "d.json, 2"], report.Tasks.Select(task => task.Label));
        Assert.Equal([[2, 4], [14], [6, 8], [10, 13], [16], [18, 20, 22]], report.Tasks.Select(task => Assert.Single(task.Outputs!).First.ToArray()));
        Assert.Contains("""{"kind":"model","tasks":[{"label":"a.npy","outputs":[{"name":"y","type":"Float","dims":[2],"first":[2,4]}]}""", report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_inputs_of_a_model_that_has_several_and_a_task_without_result_is_shown_as_such()
    {
        var count = _bench.Write("count.onnx", TinyModel.Count());
        var report = Assert.IsType<ModelReport>(await Workbench.RunAsync("model", _bench.Input(count, _bench.Write("rows.csv", "x,n\n0.5,3\n1,10\n"u8.ToArray()))));
        Assert.Equal([3.5f, 11f], report.Tasks.Select(task => task.Outputs![0].First.Single()));
        Assert.Contains("The first line names 1, 2, expected n, x", await _bench.RefusalAsync("model", count, _bench.Write("rows.csv", "1,2\n"u8.ToArray())), StringComparison.Ordinal);

        var reshape = _bench.Write("reshape.onnx", TinyModel.Reshape());
        var task = Assert.IsType<ModelReport>(await Workbench.RunAsync("model", _bench.Input(reshape, _bench.Write("t.json", "{\"x\":[1,2,3],\"shape\":[2,2]}"u8.ToArray()))));
        Assert.Null(Assert.Single(task.Tasks).Outputs);
    }

    public void Dispose() => _bench.Dispose();

    private AppFile Double() => _bench.Write("double.onnx", TinyModel.Double());

    private static Tensor Floats(params float[] values) => new(ElementType.Float, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
