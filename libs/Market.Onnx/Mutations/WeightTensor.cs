using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Onnx.Mutations;

/// <summary>A tensor with raw data in a model's file: what it is and where it lies. Its bytes can be changed without moving any other.</summary>
internal sealed record WeightTensor(string Name, ElementType Type, IReadOnlyList<long> Dims, int Offset, int Length)
{
    /// <summary>Whether it holds what a net has learned, not shapes and constants.</summary>
    public bool IsLearned => IsFloat && Dims.Count >= 2 && Count >= 16;

    public bool IsFloat => Type is ElementType.Float or ElementType.Float16;

    public int Count => Length / Width;

    private int Width => TensorSize.Bits(Type) / 8;

    /// <summary>The values as numbers; of float, float16 and int8 only.</summary>
    public float[] Values(ReadOnlySpan<byte> file)
    {
        var bytes = file.Slice(Offset, Length);
        return Type switch
        {
            ElementType.Float => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            ElementType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (float)value),
            ElementType.Int8 => Array.ConvertAll(bytes.ToArray(), value => (float)(sbyte)value),
            _ => throw new NotSupportedException($"Tensor '{Name}' has elements of type {Type}, expected float, float16 or int8."),
        };
    }

    /// <summary>Writes values back, rounded to what the type holds.</summary>
    public void Write(Span<byte> file, float[] values)
    {
        var bytes = file.Slice(Offset, Length);
        for (var i = 0; i < values.Length; i++)
        {
            switch (Type)
            {
                case ElementType.Float:
                    MemoryMarshal.Cast<byte, float>(bytes)[i] = values[i];
                    break;
                case ElementType.Float16:
                    MemoryMarshal.Cast<byte, Half>(bytes)[i] = (Half)values[i];
                    break;
                default:
                    bytes[i] = (byte)(sbyte)Math.Clamp(MathF.Round(values[i]), sbyte.MinValue, sbyte.MaxValue);
                    break;
            }
        }
    }
}
