using System.Buffers.Binary;
using Market.Onnx.Tensors;

namespace Market.Onnx.Reading;

/// <summary>Inputs made up from the shapes that a model declares, for trying it out where nobody has any.</summary>
/// <remarks>
/// The first task is all zeros, the blank page on which some models say nearly nothing; the others are noise: floating point
/// within −1 and 1, whole numbers and booleans 0 or 1. A first dimension without a number is 1, any other 64.
/// </remarks>
public static class GeneratedInputs
{
    private const long Batch = 1;
    private const long Size = 64;
    private const long LargestInput = 1L << 30;

    /// <summary>The inputs of <paramref name="count"/> tasks, the same for the same random numbers.</summary>
    /// <exception cref="OnnxModelException">Nothing can be made up for an input: its rank is not declared, it is too large, or of a rare type.</exception>
    public static IReadOnlyList<TensorMap> Of(ModelDescription model, int count, Random random)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(random);
        return [.. Enumerable.Range(0, count).Select(task => Task(model, task == 0 ? null : random))];
    }

    private static TensorMap Task(ModelDescription model, Random? random)
    {
        var symbols = new Dictionary<string, long>(StringComparer.Ordinal);
        TensorMap inputs = [];
        foreach (var input in model.Inputs)
        {
            if (input.Dims.IsDefault || !IsPlain(input.Type))
            {
                throw new OnnxModelException($"Nothing can be made up for the input '{input}', expected a rank and plain numbers.");
            }

            long[] dims = [.. input.Dims.Select((dim, place) => SizeOf(dim, place, symbols))];
            try
            {
                inputs.Add(new(input.Name, new Tensor(input.Type, dims, Elements(input, TensorSize.Elements(dims), random))));
            }
            catch (TensorException e)
            {
                throw new OnnxModelException($"Nothing can be made up for the input '{input.Name}': {e.Message}", e);
            }
        }

        return inputs;
    }

    private static long SizeOf(ModelDim dim, int place, Dictionary<string, long> symbols)
    {
        var size = dim.Size ?? (place == 0 ? Batch : Size);
        return dim.Symbol is null || symbols.TryAdd(dim.Symbol, size) ? size : symbols[dim.Symbol];
    }

    private static byte[] Elements(ModelValue input, int count, Random? random)
    {
        var width = TensorSize.Bits(input.Type) / 8;
        var bytes = new byte[(long)count * width is <= LargestInput and var size ? size : throw new TensorException($"{count} elements of {width} bytes; expected at most {LargestInput} bytes.")];
        for (var at = 0; random is not null && at < bytes.Length; at += width)
        {
            Write(input, bytes.AsSpan(at, width), random);
        }

        return bytes;
    }

    private static void Write(ModelValue input, Span<byte> target, Random random)
    {
        var number = (2 * random.NextDouble()) - 1;
        switch (input.Type)
        {
            case ElementType.Float:
                BinaryPrimitives.WriteSingleLittleEndian(target, (float)number);
                break;
            case ElementType.Double:
                BinaryPrimitives.WriteDoubleLittleEndian(target, number);
                break;
            case ElementType.Float16:
                BinaryPrimitives.WriteHalfLittleEndian(target, (Half)number);
                break;
            case ElementType.BFloat16:
                BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(BitConverter.SingleToUInt32Bits((float)number) >> 16));
                break;
            default:
                target[0] = (byte)(number < 0 ? 0 : 1);
                break;
        }
    }

    private static bool IsPlain(ElementType type) => type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16
        or ElementType.Bool or ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.UInt16
        or ElementType.Int32 or ElementType.UInt32 or ElementType.Int64 or ElementType.UInt64;
}
