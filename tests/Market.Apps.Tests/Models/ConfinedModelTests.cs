using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Market.Apps.Models;
using Market.Onnx.Execution;
using Market.Onnx.Files;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Apps.Tests.Models;

/// <summary>Models and inputs read by the confined decoder: what it gives is what the readers give, and what breaks it breaks it alone.</summary>
public sealed class ConfinedModelTests : IDisposable
{
    private readonly Workbench _bench = new();

    public static TheoryData<string, byte[]> Files => new()
    {
        { "a.npy", NpyFile.Write(Floats(1, 2)) },
        { "b.npz", Npz("x.npy", NpyFile.Write(Floats(7))) },
        { "c.csv", "first,second\n3,4\n5,\"6.5\"\n"u8.ToArray() },
        { "d.json", "[{\"x\":[8]},{\"x\":[9,10,11]}]"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Tasks_are_those_that_the_readers_give(string name, byte[] content)
    {
        var file = _bench.Write(name, content);
        var read = TaskFile.Read(file.Path, file.Ending, ModelReader.Read(TinyModel.Double()));
        var step = await App.Find("model")!.PrepareAsync(_bench.Input(file, Model(TinyModel.Double())), Workbench.Stop);
        Assert.Equal(read.Select(TensorFile.Encode), step.Tasks.Select((_, i) => File.ReadAllBytes(step.Tasks.PathOf(i))));
        Assert.Equal(step.Tasks.Bytes, step.Tasks.Select((_, i) => new FileInfo(step.Tasks.PathOf(i)).Length).Sum());
    }

    [Fact]
    public async Task A_form_and_what_commits_to_a_model_are_those_that_the_readers_give()
    {
        foreach (var (model, tasks) in new[] { (TinyModel.Count(), "x,n\n0.5,3\n"), (TinyModel.Chain(2), "1"), (TinyModel.Sequence(), "1") })
        {
            var (file, expected) = (Model(model), ModelReader.Read(model));
            var form = await ModelForm.ReadAsync(file, Workbench.Stop);
            Assert.Equal(expected.Inputs.Select(input => input.ToString()), form.Inputs);
            Assert.Equal(expected.Outputs, form.Outputs);
            Assert.Equal(expected.Operators.OrderByDescending(o => o.Value), form.Operators);
            Assert.Equal(expected.Opsets, form.Opsets);
            Assert.Equal(expected.InitializerBytes, form.WeightBytes);

            var step = await App.Find("model")!.PrepareAsync(_bench.Input(file, Text("rows.csv", tasks)), Workbench.Stop);
            var commitment = await step.ReadModelAsync(Workbench.Stop);
            Assert.Equal(model.SequenceEqual(TinyModel.Sequence()) ? null : TraceableModel.Read(model).Root, commitment?.Root);
            Assert.Equal(commitment is null ? null : TraceableModel.Read(model).Inputs.AsEnumerable(), commitment?.Inputs);
        }
    }

    [Fact]
    public async Task A_form_shows_the_first_of_what_a_model_has_without_end()
    {
        var names = Enumerable.Range(0, 300).Select(i => new string('x', 500) + i).ToList();
        var form = await ModelForm.ReadAsync(Model(TinyModel.Model(Graph(
            [Node("Sum", [.. names], ["y"])], [.. names.Select(name => Value(name, 1, 1))], [Value("y", 1, 1)]))), Workbench.Stop);
        Assert.Equal(100, form.Inputs.Count);
        Assert.All(form.Inputs, input => Assert.Equal(400, input.Length));
    }

    [Fact]
    public async Task A_model_that_is_cut_off_or_gone_says_so()
    {
        var whole = TinyModel.Reshape();
        var reason = Assert.Throws<OnnxModelException>(() => ModelReader.Read(whole.AsSpan(0, whole.Length / 2))).Message;
        var refused = await Assert.ThrowsAsync<AppException>(() => ModelForm.ReadAsync(Model(whole[..(whole.Length / 2)]), Workbench.Stop));
        Assert.Equal($"'mine.onnx': {reason}", refused.Message);
        Assert.Equal($"'mine.onnx': {reason}", await _bench.RefusalAsync("model", Model(whole[..(whole.Length / 2)]), Text("rows.csv", "1")));

        var gone = Model(whole);
        File.Delete(gone.Path);
        await Assert.ThrowsAnyAsync<IOException>(() => ModelForm.ReadAsync(gone, Workbench.Stop));
        await Assert.ThrowsAnyAsync<IOException>(() => App.Find("model")!.PrepareAsync(_bench.Input(gone, Text("rows.csv", "1")), Workbench.Stop));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_beside_each_file_and_bounded()
    {
        var refusal = await _bench.RefusalAsync(
            "model", Model(TinyModel.Double()),
            Text("good.csv", "1,2\n"),
            Text("deep.json", new string('[', 1_000_000)),
            Text("ranks.json", $"[{string.Join(',', Enumerable.Repeat("{\"x\":[[1]]}", 12))}]"),
            Text("rows.csv", string.Concat(Enumerable.Repeat("1\n", TaskFile.MostTasks + 1))),
            Text("large.csv", new string('1', (int)TaskFile.LargestText + 1)));
        var lines = refusal.Split('\n');
        Assert.StartsWith("'deep.json': The file is no JSON: The maximum configured depth of 36 has been exceeded.", lines[0], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => $"'ranks.json': task {i}: Input 'x' has rank 2 [1, 1], expected x: Float [?]."), lines[1..13]);
        Assert.Equal(["'rows.csv': More than 65536 rows found.", "'large.csv': The file has 67108865 bytes, expected 1 to 67108864."], lines[13..]);

        var many = Text("many.json", $"[{string.Join(',', Enumerable.Repeat("{\"x\":[[1]]}", 1000))}]");
        var e = await Assert.ThrowsAsync<AppException>(() => App.Find("model")!.PrepareAsync(_bench.Input([Model(TinyModel.Double()), .. Enumerable.Repeat(many, 100)]), Workbench.Stop));
        Assert.Equal(200, e.Findings.Count);
        Assert.Equal("… and more.", e.Findings[20].Message);
    }

    [Fact]
    public async Task A_file_that_ends_its_reader_is_named_and_those_after_it_are_read()
    {
        // More tensors than a task may have: each is well, and together they are refused as they are written.
        var names = Enumerable.Range(0, TensorFile.MostTensors + 1).Select(i => $"x{i}").ToList();
        var model = Model(TinyModel.Model(Graph([Node("Sum", [.. names], ["y"])], [.. names.Select(name => Value(name, 1, 1))], [Value("y", 1, 1)])));
        var many = Text("many.json", $"{{{string.Join(',', names.Select(name => $"\"{name}\":[1]"))}}}");
        Assert.Equal(
            "'many.json': 1025 tensors; expected at most 1024.\n'no.npz': The file is not an .npz archive, or it is damaged.\n'many.json': 1025 tensors; expected at most 1024.",
            await _bench.RefusalAsync("model", model, many, Text("no.npz", "nothing"), many));
        Assert.Equal(3, (await _bench.RefusalAsync("model", model, many, many, many, many)).Split('\n').Length);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("root")]
    [InlineData("tasks")]
    public async Task A_model_of_countless_weights_breaks_the_decoder_alone(string mode)
    {
        var file = Model(TinyModel.Model(Graph(
            [Node("Add", ["x", "x"], ["y"])], [Value("x", 1, -1)], [Value("y", 1, -1)], [.. Enumerable.Range(0, 1_000_000).Select(i => Scalar($"weight {i}", 1))])));
        var small = new ConfinedProgram("market-apps-decoder") { MemoryBytes = 256L << 20, HeapBytes = 100L << 20 };
        string length = new FileInfo(file.Path).Length.ToString(System.Globalization.CultureInfo.InvariantCulture) + (mode == "tasks" ? ".onnx" : "");
        Assert.Equal("Reading it took more than 256 MiB of memory.", await small.RunAsync([file.Path], output => output.CopyTo(Stream.Null), [mode, length], Workbench.Stop));
    }

    [Fact]
    public async Task A_weight_that_needs_too_much_memory_to_be_hashed_is_told_beside_the_model()
    {
        // Numbers of one byte in the file, and of eight where they are read.
        const int Numbers = 70_000_000;
        var weight = Message(o =>
        {
            Number(o, 1, Numbers);
            Number(o, 2, (int)ElementType.Int32);
            Bytes(o, 5, new byte[Numbers]);
            TinyModel.Text(o, 8, "weight");
        });
        var file = Model(TinyModel.Model(Graph([Node("Add", ["x", "x"], ["y"])], [Value("x", 1, -1)], [Value("y", 1, -1)], [weight])));
        var step = await App.Find("model")!.PrepareAsync(_bench.Input(file, Text("rows.csv", "1")), Workbench.Stop);
        var refused = await Assert.ThrowsAsync<AppException>(() => step.ReadModelAsync(Workbench.Stop));
        Assert.Matches("^'mine.onnx': Reading it took more than 1[0-9]{3} MiB of memory.$", refused.Message);
    }

    [Fact]
    public async Task Whoever_takes_the_output_may_end_the_decoder()
    {
        var program = new ConfinedProgram("market-apps-decoder");
        var file = Model(TinyModel.Double());
        string[] arguments = ["model", new FileInfo(file.Path).Length.ToString(System.Globalization.CultureInfo.InvariantCulture)];
        await Assert.ThrowsAsync<InvalidDataException>(() => program.RunAsync([file.Path], _ => throw new InvalidDataException(), arguments, Workbench.Stop));
        Assert.Null(await program.RunAsync([file.Path], _ => { }, arguments, Workbench.Stop));
        Assert.Equal("It unpacks to more than 10 bytes.", await (program with { OutputBytes = 10 }).RunAsync([file.Path], output => output.CopyTo(Stream.Null), arguments, Workbench.Stop));
        Assert.Equal("The file ended after 0 bytes as it was read, expected 7.", await program.RunAsync(["/nowhere"], output => output.CopyTo(Stream.Null), ["model", "7"], Workbench.Stop));
    }

    public void Dispose() => _bench.Dispose();

    private AppFile Model(byte[] content) => _bench.Write("mine.onnx", content);

    private AppFile Text(string name, string content) => _bench.Write(name, Encoding.UTF8.GetBytes(content));

    private static Tensor Floats(params float[] values) => new(ElementType.Float, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static byte[] Npz(string name, byte[] content)
    {
        using var npz = new MemoryStream();
        using (var archive = new ZipArchive(npz, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry(name).Open();
            entry.Write(content);
        }

        return npz.ToArray();
    }
}
