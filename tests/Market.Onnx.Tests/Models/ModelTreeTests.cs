using Market.Onnx.Digests;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using static Market.Onnx.Tests.Execution.TinyModel;
using static Market.Onnx.Tests.Models.ModelVectors;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Tests.Models;

public sealed class ModelTreeTests
{
    private const int Float = 1;

    // Run with UPDATE_VECTORS=1 after a deliberate change of the encoding; the JavaScript test then checks the new file.
    [Fact]
    public void The_published_vectors_are_what_this_library_computes()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_VECTORS") == "1")
        {
            File.WriteAllText(ModelVectors.Path, Write());
        }

        Assert.Equal(File.ReadAllText(ModelVectors.Path), Write());
    }

    [Fact]
    public void Refuses_what_the_reader_refuses() =>
        Assert.Contains("drawn by chance", Refusal(WithNode(Node("RandomNormal", [], ["y"]))), StringComparison.Ordinal);

    [Theory]
    [InlineData(13, 14)]
    [InlineData(0, 3)]
    [InlineData(11, 22)]
    public void Refuses_an_attribute_that_has_no_canonical_form(int type, int field) =>
        Assert.Contains($"'odd' has type {type}", Refusal(WithNode(Node("Relu", ["x"], ["y"], Attribute("odd", type, field, [])))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_an_attribute_that_is_there_twice() =>
        Assert.Contains("'axis' twice", Refusal(WithNode(Node("Relu", ["x"], ["y"], Integer("axis", 1), Integer("axis", 2)))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_an_attribute_that_refers_to_a_function() => Assert.Contains(
        "refers to 'outer'", Refusal(WithNode(Node("Relu", ["x"], ["y"], [.. Integer("axis", 1), .. Message(o => Text(o, 21, "outer"))]))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_domain_without_a_version() => Assert.Contains(
        "'com.microsoft'", Refusal(WithNode([.. Node("Gelu", ["x"], ["y"]), .. Message(o => Text(o, 7, "com.microsoft"))])), StringComparison.Ordinal);

    [Fact]
    public void Refuses_two_initializers_of_one_name() => Assert.Contains(
        "'w'", Refusal(Model(Graph([Node("Relu", ["w"], ["y"])], [], [Value("y", Float, 1)], [Scalar("w", 1), Scalar("w", 2)]))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_values_in_a_field_that_is_not_their_types() => Assert.Contains(
        "'w'", Refusal(Model(Graph([Node("Relu", ["w"], ["y"])], [], [Value("y", Float, 1)], [Tensor("w", Float, [1], 7, [1])]))), StringComparison.Ordinal);

    [Fact]
    public void What_does_not_change_the_computation_does_not_change_the_root()
    {
        byte[] plain = Layer();
        byte[] noted = [.. plain, .. Message(o => Text(o, 2, "another producer"))];
        Assert.Equal(ModelTree.Read(plain).Root, ModelTree.Read(noted).Root);
        byte[] renamed = Model(Graph(
            [Node("Gemm", ["x", "W", "b"], ["H"], Integer("transB", 1)), Node("Relu", ["H"], ["R"]), Node("Reshape", ["R", "S"], ["y"])],
            [Value("x", Float, 1, 4), Value("b", Float, 2)],
            [Value("y", Float, 2, 1)],
            [Tensor("W", Float, [2, 4], 9, [.. new[] { 1, -2, 3, -4, 0.5f, 0.25f, 0f, 8 }.SelectMany(BitConverter.GetBytes)]), Floats("b", [2], 0.5f, -100), Tensor("S", 7, [2], 9, [.. new[] { 2L, -1 }.SelectMany(BitConverter.GetBytes)])]));
        Assert.Equal(ModelTree.Read(plain).Root, ModelTree.Read(renamed).Root);
    }

    [Fact]
    public void What_changes_the_computation_changes_the_root()
    {
        string[] roots =
        [
            .. new[]
            {
                WithNode(Node("Add", ["x", "x"], ["y"])), WithNode(Node("Sub", ["x", "x"], ["y"])), WithNode(Node("Add", ["x", ""], ["y"])), WithNode(Node("Add", ["x"], ["y"])),
                WithNode(Node("Add", ["x", "x"], ["y", "z"])), WithNode(Node("Add", ["x", "x"], ["y", ""])), WithNode(Node("Add", ["x", "x"], ["y"], Integer("axis", 0))),
                WithNode(Node("Add", ["x", "x"], ["y"], Integer("axis", 1))), WithNode(Node("Add", ["x", "x"], ["y"], Attribute("axis", 3, 4, new byte[8]))), Layer(), Attributes(), Outer(), Count(),
            }.Select(m => ModelTree.Read(m).Root.ToString()),
        ];
        Assert.Equal(roots.Length, roots.Distinct().Count());
    }

    [Theory]
    [InlineData(ElementType.Int32, 5, new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, new byte[] { 0xff, 0xff, 0xff, 0xff })]
    [InlineData(ElementType.Int8, 5, new byte[] { 5 }, new byte[] { 5 })]
    [InlineData(ElementType.Float16, 5, new byte[] { 0x80, 0x78 }, new byte[] { 0, 0x3c })]
    [InlineData(ElementType.UInt4, 5, new byte[] { 7 }, new byte[] { 7 })]
    [InlineData(ElementType.Int64, 7, new byte[] { 9 }, new byte[] { 9, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(ElementType.UInt32, 11, new byte[] { 9 }, new byte[] { 9, 0, 0, 0 })]
    [InlineData(ElementType.Double, 10, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData(ElementType.String, 6, new byte[] { 0x61, 0x62 }, new byte[] { 0, 0, 0, 2, 0x61, 0x62 })]
    public void Values_in_typed_fields_have_the_digest_of_the_same_tensor(ElementType type, int field, byte[] values, byte[] payload)
    {
        ModelTree tree = ModelTree.Read(Model(Graph([Node("Identity", ["w"], ["y"])], [], [Value("y", (int)type, 1)], [Tensor("w", (int)type, [1], field, values)])));
        Assert.Equal(TensorDigest.Of(new Tensor(type, [1], payload)), tree.Initializers.Single());
    }

    [Fact]
    public void An_initializer_that_is_an_input_too_is_no_input() =>
        Assert.Equal(["x"], ModelTree.Read(Model(Graph([Node("Add", ["w", "x"], ["y"])], [Value("w", Float), Value("x", Float)], [Value("y", Float)], [Scalar("w", 1)]))).Inputs);

    [Fact]
    public void Every_part_proves_its_place()
    {
        ModelTree tree = ModelTree.Read(Layer());
        Digest top = new(tree.Header.Span[17..]);
        int width = tree.Nodes.Length + tree.Initializers.Length + tree.Inputs.Length + tree.Outputs.Length;
        for (int i = 0; i < tree.Nodes.Length; i++)
        {
            Assert.Equal(top, MerkleTree.RootFrom(Sha256.Hash(tree.Nodes[i].Span), i, width, [.. tree.ProofOfNode(i)]));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => tree.ProofOfNode(tree.Nodes.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.ProofOfOutput(-1));
    }

    private static byte[] WithNode(byte[] node) => Model(Graph([node], [Value("x", Float, -1)], [Value("y", Float, -1)]));

    private static string Refusal(byte[] model) => Assert.Throws<OnnxModelException>(() => ModelTree.Read(model)).Message;
}
