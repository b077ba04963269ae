using System.Buffers.Binary;
using System.Text;
using Market.Onnx.Tensors;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Files;

/// <summary>
/// Named tensors as one run of bytes: the form in which a task's inputs and outputs are stored and sent. The same tensors
/// have one encoding only (docs/results.md).
/// </summary>
/// <remarks>
/// <code>
/// "MKTT" ‖ u8 version (1) ‖ u16 count ‖ count × (u16 name bytes ‖ name ‖ u8 type ‖ u8 rank ‖ u64 dims… ‖ u64 payload bytes)
/// ‖ the payloads, one after the other
/// </code>
/// Integers are big-endian; payloads are little-endian and row-major.
/// </remarks>
public static class TensorFile
{
    /// <summary>The most tensors of a file.</summary>
    public const int MostTensors = 1024;

    private const int LongestName = 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Magic => "MKTT\x01"u8;

    /// <summary>Encodes tensors.</summary>
    /// <param name="tensors">The tensors, in order.</param>
    /// <exception cref="TensorException">One is not what its type and dimensions say, or there are too many.</exception>
    public static byte[] Encode(TensorMap tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count > MostTensors)
        {
            throw new TensorException($"{tensors.Count} tensors; expected at most {MostTensors}.");
        }

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(BinaryPrimitives.ReverseEndianness((ushort)tensors.Count));
        foreach ((string name, Tensor tensor) in tensors)
        {
            TensorSize.Check(tensor);
            byte[] text = StrictUtf8.GetBytes(name);
            if (text.Length > LongestName)
            {
                throw new TensorException($"A tensor's name of {text.Length} bytes; expected at most {LongestName}.");
            }

            writer.Write(BinaryPrimitives.ReverseEndianness((ushort)text.Length));
            writer.Write(text);
            writer.Write((byte)tensor.Type);
            writer.Write((byte)tensor.Dims.Length);
            foreach (long number in tensor.Dims.Append(tensor.Data.Length))
            {
                writer.Write(BinaryPrimitives.ReverseEndianness(number));
            }
        }

        foreach ((_, Tensor tensor) in tensors)
        {
            writer.Write(tensor.Data.Span);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Decodes tensors, which share the memory of <paramref name="file"/>.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="TensorException">It is cut off, has something after its end, or lies about a size.</exception>
    public static TensorMap Decode(ReadOnlyMemory<byte> file)
    {
        var reader = new Reader(file.Span);
        if (!reader.Take(Magic.Length, "its first bytes").SequenceEqual(Magic))
        {
            throw new TensorException("The file does not begin as a tensor file of version 1.");
        }

        int count = BinaryPrimitives.ReadUInt16BigEndian(reader.Take(2, "the number of tensors"));
        if (count > MostTensors)
        {
            throw new TensorException($"The file claims {count} tensors; expected at most {MostTensors}.");
        }

        var described = new List<(string Name, ElementType Type, long[] Dims, long Length)>(count);
        for (int i = 0; i < count; i++)
        {
            described.Add(Describe(ref reader, i));
        }

        var tensors = new TensorMap();
        foreach ((string name, ElementType type, long[] dims, long length) in described)
        {
            reader.Take(length, $"the payload of '{name}'");
            var tensor = new Tensor(type, dims, file.Slice(reader.Position - (int)length, (int)length));
            TensorSize.Check(tensor);
            tensors.Add(new(name, tensor));
        }

        return reader.Position == file.Length ? tensors : throw new TensorException($"{file.Length - reader.Position} bytes after the last tensor; expected none.");
    }

    private static (string Name, ElementType Type, long[] Dims, long Length) Describe(ref Reader reader, int index)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(reader.Take(2, $"tensor {index}"));
        if (length > LongestName)
        {
            throw new TensorException($"Tensor {index} has a name of {length} bytes; expected at most {LongestName}.");
        }

        string name;
        try
        {
            name = StrictUtf8.GetString(reader.Take(length, $"the name of tensor {index}"));
        }
        catch (DecoderFallbackException e)
        {
            throw new TensorException($"The name of tensor {index} is not UTF-8.", e);
        }

        ReadOnlySpan<byte> kind = reader.Take(2, $"the type of '{name}'");
        var type = (ElementType)kind[0];
        if (kind[1] > TensorSize.MostRank)
        {
            throw new TensorException($"'{name}' has rank {kind[1]}; expected at most {TensorSize.MostRank}.");
        }

        long[] dims = new long[kind[1]];
        foreach (ref long dim in dims.AsSpan())
        {
            dim = BinaryPrimitives.ReadInt64BigEndian(reader.Take(8, $"the dimensions of '{name}'"));
        }

        return (name, type, dims, BinaryPrimitives.ReadInt64BigEndian(reader.Take(8, $"the size of '{name}'")));
    }

    private ref struct Reader(ReadOnlySpan<byte> file)
    {
        private readonly ReadOnlySpan<byte> _file = file;

        public int Position { get; private set; }

        public ReadOnlySpan<byte> Take(long count, string what)
        {
            if (count < 0 || count > _file.Length - Position)
            {
                throw new TensorException($"The file ends after {_file.Length} bytes, within {what} ({count} bytes from {Position} on).");
            }

            Position += (int)count;
            return _file.Slice(Position - (int)count, (int)count);
        }
    }
}
