using System.Numerics;
using System.Runtime.InteropServices;

namespace Market.Onnx.Tensors;

/// <summary>A tensor's elements as 32-bit floats, whatever their type: for people and for loose comparisons, never for results.</summary>
public static class TensorNumbers
{
    /// <summary>The elements, rounded to 32-bit floats; none of a type that is no plain number of whole bytes.</summary>
    /// <exception cref="TensorException">The payload does not fit the type and dimensions.</exception>
    public static float[] Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TensorSize.Check(tensor);
        var data = tensor.Data.Span;
        return tensor.Type switch
        {
            ElementType.Float => MemoryMarshal.Cast<byte, float>(data).ToArray(),
            ElementType.Double => Cast<double>(data),
            ElementType.Float16 => Cast<Half>(data),
            ElementType.Int64 => Cast<long>(data),
            ElementType.Int32 => Cast<int>(data),
            ElementType.Int16 => Cast<short>(data),
            ElementType.Int8 => Cast<sbyte>(data),
            ElementType.UInt64 => Cast<ulong>(data),
            ElementType.UInt32 => Cast<uint>(data),
            ElementType.UInt16 => Cast<ushort>(data),
            ElementType.UInt8 or ElementType.Bool => Cast<byte>(data),
            _ => [],
        };
    }

    private static float[] Cast<T>(ReadOnlySpan<byte> data)
        where T : unmanaged, INumber<T> => Array.ConvertAll(MemoryMarshal.Cast<byte, T>(data).ToArray(), float.CreateTruncating);
}
