using CsCheck;
using Market.Onnx.Digests;
using Market.Onnx.Tensors;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Tests.Digests;

public sealed class DigestTests
{
    // Run with UPDATE_VECTORS=1 after a deliberate change of the encoding; the JavaScript test then checks the new file.
    [Fact]
    public void The_published_vectors_are_what_this_library_computes()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_VECTORS") == "1")
        {
            File.WriteAllText(ResultVectors.Path, ResultVectors.Write());
        }

        Assert.Equal(File.ReadAllText(ResultVectors.Path), ResultVectors.Write());
    }

    [Theory]
    [InlineData("float NaN of x86", "float NaN of ARM", true)]
    [InlineData("float NaN of x86", "float NaN with payload", true)]
    [InlineData("float scalar", "float", false)]
    [InlineData("uint8", "int8", false)]
    public void Equal_values_have_equal_digests_whatever_their_bits(string a, string b, bool equal) =>
        Assert.Equal(equal, Digest(a) == Digest(b));

    [Theory]
    [InlineData(ElementType.Float, 4, 0xffc00001UL, 0x7fc00000UL)]
    [InlineData(ElementType.Float, 4, 0x80000000UL, 0UL)]
    [InlineData(ElementType.Float16, 2, 0xfc01UL, 0x7e00UL)]
    [InlineData(ElementType.Float16, 2, 0x8000UL, 0UL)]
    [InlineData(ElementType.BFloat16, 2, 0xff81UL, 0x7fc0UL)]
    [InlineData(ElementType.Double, 8, 0xfff0000000000001UL, 0x7ff8000000000000UL)]
    [InlineData(ElementType.Double, 8, 0x8000000000000000UL, 0UL)]
    [InlineData(ElementType.Float8E5M2, 1, 0xfdUL, 0x7eUL)]
    [InlineData(ElementType.Bool, 1, 0x10UL, 1UL)]
    public void Equal_values_have_equal_digests_wherever_they_stand(ElementType type, int size, ulong bits, ulong canonical) =>
        Gen.Int[1, 20_000].Select(Gen.Int[0, 19_999]).Sample((length, at) =>
        {
            Digest With(ulong element)
            {
                byte[] data = new byte[length * size];
                BitConverter.GetBytes(element).AsSpan(0, size).CopyTo(data.AsSpan(at % length * size));
                return TensorDigest.Of(new Tensor(type, [length], data));
            }

            Assert.Equal(With(canonical), With(bits));
        }, iter: 100);

    [Fact]
    public void The_same_bytes_in_another_shape_or_type_have_another_digest()
    {
        byte[] data = new byte[24];
        Tensor[] tensors =
        [
            new(ElementType.Float, [6], data), new(ElementType.Float, [2, 3], data), new(ElementType.Float, [3, 2], data), new(ElementType.Float, [6, 1], data),
            new(ElementType.Int32, [6], data), new(ElementType.Double, [3], data), new(ElementType.UInt8, [24], data), new(ElementType.Bool, [24], data),
        ];
        Assert.Equal(tensors.Length, tensors.Select(TensorDigest.Of).Distinct().Count());
    }

    [Fact]
    public void Any_changed_element_changes_the_digest() =>
        Gen.Int[1, 3000].Select(Gen.Int[0, 2999], Gen.Int[0, 30]).Sample((length, at, bit) =>
        {
            float[] values = [.. Enumerable.Range(1, length).Select(i => (float)i)];
            Digest before = TensorDigest.Of(new Tensor(ElementType.Float, [length], ResultVectors.Floats(values)));
            ref float changed = ref values[at % length];
            changed = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(changed) ^ (1 << bit));
            Assert.NotEqual(before, TensorDigest.Of(new Tensor(ElementType.Float, [length], ResultVectors.Floats(values))));
        }, iter: 500);

    [Theory]
    [InlineData(ElementType.Float, new long[] { 2 }, 7)]
    [InlineData(ElementType.Float, new long[] { -1 }, 0)]
    [InlineData(ElementType.Float, new long[] { long.MaxValue, long.MaxValue }, 0)]
    [InlineData(ElementType.Float, new long[] { 0, -5 }, 0)]
    [InlineData((ElementType)99, new long[] { 1 }, 1)]
    [InlineData(ElementType.UInt4, new long[] { 3 }, 1)]
    [InlineData(ElementType.String, new long[] { 1 }, 3)]
    [InlineData(ElementType.String, new long[] { 1 }, 5)]
    public void Refuses_a_payload_that_its_type_and_shape_do_not_explain(ElementType type, long[] dims, int bytes) =>
        Assert.Throws<TensorException>(() => TensorDigest.Of(new Tensor(type, dims, new byte[bytes])));

    [Fact]
    public void Every_task_proves_its_place_and_nothing_else() =>
        Gen.Int[1, 70].Select(Gen.Int[0, 1000], Gen.Byte.Array[32]).Sample((count, pick, noise) =>
        {
            TaskDigest[] tasks = [.. Enumerable.Range(0, count).Select(i => new TaskDigest(i % 2 == 0, new Digest([.. noise.AsSpan(0, 28), .. BitConverter.GetBytes(i)])))];
            var tree = new ResultTree(tasks);
            int index = pick % count;
            Digest[] path = [.. tree.ProofOf(index)];
            Assert.True(ResultTree.Verify(tree.Root, count, index, tasks[index], path));
            Assert.False(ResultTree.Verify(tree.Root, count, index, tasks[index] with { IsError = !tasks[index].IsError }, path));
            Assert.False(ResultTree.Verify(tree.Root, count, index, tasks[index], [.. path, new Digest(noise)]));
            Assert.False(ResultTree.Verify(tree.Root, count, count, tasks[index], path));
            if (count > 1)
            {
                Assert.False(ResultTree.Verify(tree.Root, count, (index + 1) % count, tasks[index], path));
                Assert.False(ResultTree.Verify(tree.Root, count, index, tasks[index], path.AsSpan(1)));
            }
        }, iter: 300);

    private static Digest Digest(string name) => TensorDigest.Of(ResultVectors.Tensors().Single(t => t.Name == name).Tensor);
}
