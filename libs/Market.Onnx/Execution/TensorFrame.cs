using System.Buffers.Binary;
using System.Text;
using Market.Onnx.Tensors;

namespace Market.Onnx.Execution;

/// <summary>The body of frames that carry named tensors.</summary>
/// <remarks>
/// <code>
/// u32 length of the descriptors ‖ u32 count ‖ count × (u32 nameLen ‖ name ‖ u32 type ‖ u32 rank ‖ i64 dims… ‖ i64 bytes)
/// zeros to a multiple of 64 ‖ count × (payload ‖ zeros to a multiple of 64)
/// </code>
/// Integers are little-endian. The alignment lets the runtime compute on the received bytes where they lie.
/// </remarks>
internal static class TensorFrame
{
    private const int Alignment = 64;
    private const int MostTensors = 4096;
    private const int MostRank = 32;
    private const int MostNameBytes = 1024;
    private const int MostDescriptorBytes = 1 << 20;
    private static readonly byte[] Zeros = new byte[Alignment];

    /// <summary>One tensor of a frame: where its payload lies in the body.</summary>
    internal readonly record struct Part(string Name, ElementType Type, long[] Dims, long Bytes, long Offset);

    /// <summary>The longest body for payloads of this many bytes in all.</summary>
    public static long Bound(long payloadBytes) => payloadBytes + MostDescriptorBytes + (MostTensors + 1L) * Alignment;

    public static ReadOnlySpan<byte> Padding(long payloadBytes) => Zeros.AsSpan(0, (int)(Align(payloadBytes) - payloadBytes));

    public static List<Part> Parts(TensorMap tensors) =>
        [.. tensors.Select(pair => new Part(pair.Key, pair.Value.Type, pair.Value.Dims, pair.Value.Data.Length, 0))];

    /// <summary>Writes the descriptors, fills in the offsets, and gives the length of the whole body.</summary>
    public static byte[] Header(List<Part> parts, out long bodyLength)
    {
        var names = parts.ConvertAll(part => Encoding.UTF8.GetBytes(part.Name));
        var header = new byte[Align(8 + names.Zip(parts, (name, part) => 20L + name.Length + 8 * part.Dims.Length).Sum())];
        BinaryPrimitives.WriteInt32LittleEndian(header, header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), parts.Count);
        var rest = header.AsSpan(8);
        bodyLength = header.Length;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            parts[i] = part with { Offset = bodyLength };
            bodyLength += Align(part.Bytes);
            BinaryPrimitives.WriteInt32LittleEndian(rest, names[i].Length);
            names[i].CopyTo(rest[4..]);
            rest = rest[(4 + names[i].Length)..];
            BinaryPrimitives.WriteInt32LittleEndian(rest, (int)part.Type);
            BinaryPrimitives.WriteInt32LittleEndian(rest[4..], part.Dims.Length);
            rest = rest[8..];
            foreach (var dim in (ReadOnlySpan<long>)[.. part.Dims, part.Bytes])
            {
                BinaryPrimitives.WriteInt64LittleEndian(rest, dim);
                rest = rest[8..];
            }
        }

        return header;
    }

    /// <summary>Reads the descriptors of a body.</summary>
    /// <exception cref="FrameException">They lie about sizes or go beyond a bound.</exception>
    public static List<Part> ReadParts(ReadOnlySpan<byte> body, long payloadBytes)
    {
        var reader = new FieldReader(body);
        var headerLength = reader.Int32(8, MostDescriptorBytes, "descriptor bytes");
        var parts = new List<Part>(reader.Int32(0, MostTensors, "tensors"));
        long offset = headerLength;
        for (var i = parts.Capacity; i > 0; i--)
        {
            var name = reader.Text(reader.Int32(1, MostNameBytes, "name bytes"));
            var type = (ElementType)reader.Int32(1, 64, "element type");
            var dims = new long[reader.Int32(0, MostRank, "rank")];
            foreach (ref var dim in dims.AsSpan())
            {
                dim = reader.Int64(payloadBytes, "dimension");
            }

            var bytes = reader.Int64(payloadBytes, "payload bytes");
            parts.Add(new Part(name, type, dims, bytes, offset));
            offset += Align(bytes);
            payloadBytes -= bytes;
        }

        return Align(reader.Position) == headerLength && offset == body.Length && payloadBytes >= 0
            ? parts
            : throw new FrameException($"A frame of {body.Length} bytes describes tensors of {offset} bytes.");
    }

    /// <summary>Reads a body into tensors that share its memory.</summary>
    /// <exception cref="FrameException">The body lies about sizes or describes an impossible tensor.</exception>
    public static TensorMap Read(ReadOnlyMemory<byte> body, long payloadBytes)
    {
        var map = new TensorMap();
        foreach (var part in ReadParts(body.Span, payloadBytes))
        {
            var tensor = new Tensor(part.Type, part.Dims, body.Slice((int)part.Offset, (int)part.Bytes));
            try
            {
                TensorSize.Check(tensor);
            }
            catch (TensorException e)
            {
                throw new FrameException($"Tensor '{part.Name}': {e.Message}");
            }

            map.Add(new(part.Name, tensor));
        }

        return map;
    }

    private static long Align(long length) => (length + Alignment - 1) & ~(Alignment - 1L);

    private ref struct FieldReader(ReadOnlySpan<byte> body)
    {
        private readonly ReadOnlySpan<byte> _body = body;

        public int Position { get; private set; }

        public int Int32(int least, int most, string what)
        {
            var value = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
            return value >= least && value <= most ? value : throw Beyond(what, value, most);
        }

        public long Int64(long most, string what)
        {
            var value = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
            return value >= 0 && value <= most ? value : throw Beyond(what, value, most);
        }

        public string Text(int length)
        {
            try
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Take(length));
            }
            catch (DecoderFallbackException)
            {
                throw new FrameException("A tensor's name is not UTF-8.");
            }
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > _body.Length - Position)
            {
                throw new FrameException($"A frame of {_body.Length} bytes ends within its descriptors.");
            }

            Position += count;
            return _body.Slice(Position - count, count);
        }

        private static FrameException Beyond(string what, long value, long most) =>
            new($"A frame claims {value} {what}, expected at most {most}.");
    }
}
