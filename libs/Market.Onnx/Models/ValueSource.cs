using System.Buffers.Binary;

namespace Market.Onnx.Models;

/// <summary>Where a value comes from.</summary>
/// <param name="Up">How many graphs further out it lies; 0 in the same.</param>
/// <param name="Kind">By what it is given.</param>
/// <param name="Number">The node's, initializer's or input's number; 0 if absent.</param>
/// <param name="Output">Which of the node's outputs; 0 otherwise.</param>
public readonly record struct ValueSource(byte Up, SourceKind Kind, uint Number, ushort Output)
{
    internal const int Size = 8;

    /// <summary>Reads what <see cref="CopyTo"/> wrote.</summary>
    internal static ValueSource Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0], (SourceKind)bytes[1], BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]));

    /// <summary>The bytes of it in descriptors.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>u8 up ‖ u8 kind ‖ u32 number ‖ u16 output.</summary>
    internal void CopyTo(Span<byte> destination)
    {
        destination[0] = Up;
        destination[1] = (byte)Kind;
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], Number);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], Output);
    }
}

/// <summary>By what a value is given.</summary>
public enum SourceKind
{
    /// <summary>An optional input that is left out.</summary>
    Absent = 0,

    /// <summary>A node's output.</summary>
    Node = 1,

    /// <summary>An initializer.</summary>
    Initializer = 2,

    /// <summary>An input of the graph.</summary>
    Input = 3,
}
