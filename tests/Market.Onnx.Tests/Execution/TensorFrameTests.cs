using System.Buffers.Binary;
using CsCheck;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;

namespace Market.Onnx.Tests.Execution;

public sealed class TensorFrameTests
{
    private const long Bound = 1 << 16;

    [Fact]
    public void Rejects_every_truncation_of_a_body()
    {
        var body = Write(ModelFolder.Inputs(("x", ModelFolder.Floats([2, 3], 1, 2, 3, 4, 5, 6)), ("é", ModelFolder.Floats([], 1))));
        for (var length = 0; length < body.Length; length++)
        {
            Assert.Throws<FrameException>(() => TensorFrame.ReadParts(body.AsSpan(0, length), Bound));
        }
    }

    [Theory]
    [InlineData(0, int.MaxValue)] // descriptor bytes
    [InlineData(0, 4)]
    [InlineData(4, int.MaxValue)] // count
    [InlineData(4, -1)]
    [InlineData(8, int.MaxValue)] // name bytes
    [InlineData(13, -1)] // type
    [InlineData(17, 1 << 20)] // rank
    [InlineData(25, -1)] // high half of the dimension
    [InlineData(21, 2)] // dimension that the payload does not fill
    [InlineData(33, 1)] // high half of the payload's size
    public void Rejects_a_field_that_lies(int offset, int value)
    {
        var body = Write(ModelFolder.Inputs(("x", ModelFolder.Floats([1], 1))));
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(offset), value);
        Assert.Throws<FrameException>(() => TensorFrame.Read(body, Bound));
    }

    [Fact]
    public void Rejects_payloads_beyond_the_bound()
    {
        var body = Write(ModelFolder.Inputs(("x", ModelFolder.Floats([2], 1, 2)), ("y", ModelFolder.Floats([1], 3))));
        Assert.Equal(2, TensorFrame.Read(body, 12).Count);
        Assert.Throws<FrameException>(() => TensorFrame.Read(body, 11));
    }

    [Fact]
    public void Hostile_bytes_end_in_an_exception_of_their_own() => Gen.Byte.Array[0, 300].Sample(body =>
    {
        try
        {
            TensorFrame.Read(body, Bound);
        }
        catch (FrameException)
        {
            return;
        }

        Assert.True(body.Length >= 64);
    });

    [Fact]
    public void Reads_back_what_was_written_with_payloads_aligned() =>
        Gen.Select(Gen.String[1, 20].Where(name => !name.Any(char.IsSurrogate)), Gen.Byte.Array[0, 200]).List[0, 5].Sample(pairs =>
        {
            var map = ModelFolder.Inputs([.. pairs.Select(pair => (pair.Item1, new Tensor(ElementType.UInt8, [pair.Item2.Length], pair.Item2)))]);
            var body = Write(map);
            Assert.All(TensorFrame.ReadParts(body, Bound), part => Assert.Equal(0, part.Offset % 64));
            var read = TensorFrame.Read(body, Bound);
            Assert.Equal(map.Select(pair => (pair.Key, Convert.ToHexString(pair.Value.Data.Span))),
                read.Select(pair => (pair.Key, Convert.ToHexString(pair.Value.Data.Span))));
        });

    [Theory]
    [InlineData(0u, 4)]
    [InlineData(12u, 4)]
    [InlineData(10u, WorkerFrameHeader.TextBytes + 1)]
    [InlineData(9u, Bound + 1)]
    [InlineData(4u, WorkerFrameHeader.TextBytes + 1)]
    [InlineData(6u, Bound + 1)]
    [InlineData(6u, -1)]
    public void Rejects_a_header_of_unknown_kind_or_length(uint kind, long length)
    {
        var bytes = new byte[WorkerFrameHeader.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, kind);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), length);
        Assert.Throws<FrameException>(() => WorkerFrameHeader.Read(bytes, Bound));
    }

    private static byte[] Write(TensorMap map)
    {
        using var stream = new MemoryStream();
        new FramePipe(Stream.Null, stream).SendTensors(WorkerFrame.Run, map);
        return stream.ToArray()[WorkerFrameHeader.Size..];
    }
}
