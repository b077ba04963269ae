using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Market.Onnx.Tensors;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Files;

/// <summary>NumPy's <c>.npy</c> files, versions 1 to 3 (NEP 1): one tensor each, of numbers or booleans, in C order.</summary>
public static partial class NpyFile
{
    private const int LongestHeader = 1 << 16;

    private static readonly (string Code, ElementType Type)[] Types =
    [
        ("b1", ElementType.Bool), ("i1", ElementType.Int8), ("u1", ElementType.UInt8), ("i2", ElementType.Int16), ("u2", ElementType.UInt16),
        ("i4", ElementType.Int32), ("u4", ElementType.UInt32), ("i8", ElementType.Int64), ("u8", ElementType.UInt64),
        ("f2", ElementType.Float16), ("f4", ElementType.Float), ("f8", ElementType.Double), ("c8", ElementType.Complex64), ("c16", ElementType.Complex128),
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="TensorException">Not such a file, cut off, of Fortran order, of another kind of element, or a header that lies.</exception>
    public static Tensor Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length < 10 || bytes[0] != 0x93 || !bytes[1..6].SequenceEqual("NUMPY"u8) || bytes[6] is not (1 or 2 or 3))
        {
            throw new TensorException($"{bytes.Length} bytes that do not begin as an .npy file of version 1, 2 or 3.");
        }

        int start = bytes[6] == 1 ? 10 : 12;
        long length = bytes[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : bytes.Length < 12 ? long.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > Math.Min(LongestHeader, bytes.Length - start))
        {
            throw new TensorException($"The .npy header claims {length} bytes, but {bytes.Length - start} are left; at most {LongestHeader} are read.");
        }

        string header = Encoding.UTF8.GetString(bytes.Slice(start, (int)length));
        (ElementType type, bool swap, long[] dims) = Parse(header);
        var tensor = new Tensor(type, dims, file[(start + (int)length)..]);
        TensorSize.Check(tensor);
        return swap ? tensor with { Data = Swapped(tensor) } : tensor;
    }

    /// <summary>Writes a file of version 1.</summary>
    /// <param name="tensor">A tensor of numbers or booleans.</param>
    /// <exception cref="TensorException">NumPy has no such element type.</exception>
    public static byte[] Write(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TensorSize.Check(tensor);
        string code = Types.FirstOrDefault(t => t.Type == tensor.Type).Code ?? throw new TensorException($"NumPy has no element type for {tensor.Type}.");
        string order = code is "b1" or "i1" or "u1" ? "|" : "<";
        string shape = string.Concat(tensor.Dims.Select(d => d.ToString(CultureInfo.InvariantCulture) + ","));
        string header = $"{{'descr': '{order}{code}', 'fortran_order': False, 'shape': ({shape}), }}";
        // The header is padded with spaces so that the payload begins at a multiple of 64.
        header = header.PadRight(((header.Length + 11 + 63) / 64 * 64) - 11) + "\n";
        byte[] file = new byte[10 + header.Length + tensor.Data.Length];
        file[0] = 0x93;
        "NUMPY\x01"u8.CopyTo(file.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)header.Length);
        Encoding.ASCII.GetBytes(header, file.AsSpan(10));
        tensor.Data.Span.CopyTo(file.AsSpan(10 + header.Length));
        return file;
    }

    private static (ElementType Type, bool Swap, long[] Dims) Parse(string header)
    {
        Match descr = Descr().Match(header), order = FortranOrder().Match(header), shape = Shape().Match(header);
        if (!descr.Success || !order.Success || !shape.Success)
        {
            throw new TensorException($"The .npy header is '{Shortened(header)}'; expected a dictionary with descr, fortran_order and shape.");
        }

        string code = descr.Groups[2].Value;
        ElementType type = Types.FirstOrDefault(t => t.Code == code).Type;
        if (type == 0)
        {
            throw new TensorException($"The .npy file holds '{descr.Groups[1].Value}{code}'; expected one of {string.Join(", ", Types.Select(t => t.Code))}.");
        }

        if (order.Groups[1].Value == "True")
        {
            throw new TensorException("The .npy file is in Fortran order; expected C order: save numpy.ascontiguousarray(x).");
        }

        string[] numbers = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        long[] dims = [.. numbers.Select(n => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out long dim) ? dim : throw new TensorException($"The .npy header has the dimension '{n}'; expected a number."))];
        return (type, descr.Groups[1].Value == ">", dims);
    }

    private static byte[] Swapped(Tensor tensor)
    {
        byte[] bytes = tensor.Data.ToArray();
        int size = TensorSize.Bits(tensor.Type) / 8 / (tensor.Type is ElementType.Complex64 or ElementType.Complex128 ? 2 : 1);
        for (int i = 0; i < bytes.Length; i += size)
        {
            bytes.AsSpan(i, size).Reverse();
        }

        return bytes;
    }

    private static string Shortened(string text) => text.Length <= 80 ? text.Trim() : text[..77] + "…";

    [GeneratedRegex(@"'descr'\s*:\s*'([<>|=])([a-zA-Z]\d{1,2})'", RegexOptions.None, 1000)]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)", RegexOptions.None, 1000)]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"'shape'\s*:\s*\(([\d\s,]*)\)", RegexOptions.None, 1000)]
    private static partial Regex Shape();
}
