using System.Buffers.Binary;
using System.Text;

namespace Market.Onnx.Tensors;

/// <summary>How large a tensor's payload must be, computed without overflow from what somebody claims.</summary>
public static class TensorSize
{
    /// <summary>The most dimensions that a tensor may have.</summary>
    public const int MostRank = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Bits per element; 0 for strings, whose size varies.</summary>
    /// <param name="type">The element type.</param>
    /// <exception cref="TensorException">No such type.</exception>
    public static int Bits(ElementType type) => type switch
    {
        ElementType.UInt4 or ElementType.Int4 or ElementType.Float4E2M1 => 4,
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool or ElementType.Float8E4M3FN or ElementType.Float8E4M3FNUZ or ElementType.Float8E5M2 or ElementType.Float8E5M2FNUZ => 8,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 16,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 32,
        ElementType.Double or ElementType.Int64 or ElementType.UInt64 or ElementType.Complex64 => 64,
        ElementType.Complex128 => 128,
        ElementType.String => 0,
        _ => throw new TensorException($"Element type {(int)type} is not one of ONNX's dense types."),
    };

    /// <summary>How many elements there are.</summary>
    /// <param name="dims">The dimensions.</param>
    /// <exception cref="TensorException">Too many, negative, or more elements than memory can hold.</exception>
    public static int Elements(ReadOnlySpan<long> dims)
    {
        if (dims.Length > MostRank)
        {
            throw new TensorException($"A tensor of rank {dims.Length}; expected at most {MostRank}.");
        }

        // An empty tensor may have large other dimensions: they multiply to nothing.
        if (dims.Contains(0))
        {
            return dims.ContainsAnyInRange(long.MinValue, -1) ? throw Beyond(dims) : 0;
        }

        long count = 1;
        foreach (long dim in dims)
        {
            if (dim < 0 || dim > int.MaxValue / count)
            {
                throw Beyond(dims);
            }

            count *= dim;
        }

        return (int)count;
    }

    /// <summary>Checks that the payload is as long as type and dimensions say, and that strings are well formed.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="TensorException">It is not.</exception>
    public static void Check(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Check(tensor.Type, tensor.Dims, tensor.Data.Span);
    }

    /// <inheritdoc cref="Check(Tensor)"/>
    internal static void Check(ElementType type, long[] dims, ReadOnlySpan<byte> payload)
    {
        int elements = Elements(dims), bits = Bits(type);
        if (type == ElementType.String)
        {
            CheckStrings(payload, elements);
            return;
        }

        long expected = (((long)elements * bits) + 7) / 8;
        if (payload.Length != expected)
        {
            throw new TensorException($"A {type} tensor of [{string.Join(',', dims)}] has {payload.Length} bytes; expected {expected}.");
        }
    }

    private static void CheckStrings(ReadOnlySpan<byte> rest, int elements)
    {
        for (int i = 0; i < elements; i++)
        {
            uint length = rest.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(rest) : uint.MaxValue;
            if (length > rest.Length - 4)
            {
                throw new TensorException($"String {i} of {elements} is cut off.");
            }

            try
            {
                StrictUtf8.GetCharCount(rest.Slice(4, (int)length));
            }
            catch (DecoderFallbackException e)
            {
                throw new TensorException($"String {i} of {elements} is not UTF-8.", e);
            }

            rest = rest[(4 + (int)length)..];
        }

        if (!rest.IsEmpty)
        {
            throw new TensorException($"{rest.Length} bytes after the last of {elements} strings; expected none.");
        }
    }

    private static TensorException Beyond(ReadOnlySpan<long> dims) => new($"A tensor of [{string.Join(',', dims.ToArray())}]; expected dimensions that are not negative and at most {int.MaxValue} elements.");
}
