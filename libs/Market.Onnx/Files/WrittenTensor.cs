using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Market.Onnx.Tensors;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Files;

/// <summary>A tensor whose elements are read from text, one after the other.</summary>
/// <param name="type">The type of its elements: numbers of whole bytes, booleans or strings.</param>
internal sealed class WrittenTensor(ElementType type)
{
    private readonly ArrayBufferWriter<byte> _data = new();

    public int Count { get; private set; }

    /// <exception cref="TensorException">The text is no such element.</exception>
    public void Add(string text)
    {
        switch (type)
        {
            case ElementType.Float: Number<float>(text); break;
            case ElementType.Double: Number<double>(text); break;
            case ElementType.Float16: Number<Half>(text); break;
            case ElementType.Int64: Number<long>(text); break;
            case ElementType.Int32: Number<int>(text); break;
            case ElementType.Int16: Number<short>(text); break;
            case ElementType.Int8: Number<sbyte>(text); break;
            case ElementType.UInt64: Number<ulong>(text); break;
            case ElementType.UInt32: Number<uint>(text); break;
            case ElementType.UInt16: Number<ushort>(text); break;
            case ElementType.UInt8: Number<byte>(text); break;
            case ElementType.Bool: Boolean(text); break;
            case ElementType.String: String(text); break;
            default: throw new TensorException($"Elements of type {type} are not read from text: expected an .npy or .npz file.");
        }

        Count++;
    }

    public Tensor ToTensor(long[] dims) => new(type, dims, _data.WrittenMemory);

    private void Number<T>(string text)
        where T : unmanaged, INumber<T>
    {
        if (!T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            throw Unexpected(text);
        }

        _data.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
    }

    private void Boolean(string text) => _data.Write(text.Trim().ToUpperInvariant() switch
    {
        "TRUE" or "1" => [1],
        "FALSE" or "0" => [0],
        _ => throw Unexpected(text),
    });

    private void String(string text)
    {
        Span<byte> length = stackalloc byte[4];
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        _data.Write(length);
        _data.Write(bytes);
    }

    private TensorException Unexpected(string text) => new($"'{(text.Length <= 40 ? text : text[..40] + "…")}' found, expected a {type}.");
}
