using System.Buffers.Binary;
using System.Text;

namespace Market.Benchmarks.Web;

/// <summary>Writes messages of SignalR's binary hub protocol: MessagePack, each after its length as a variable-length integer.</summary>
internal static class PackWriter
{
    /// <summary>An invocation that wants an answer if it has an id; arguments are text, numbers, truth values or null.</summary>
    public static byte[] Invocation(string? id, string target, params ReadOnlySpan<object?> arguments)
    {
        var body = new List<byte>();
        body.AddRange([0x96, 1, 0x80]);
        Write(body, id);
        Write(body, target);
        body.AddRange([(byte)(0x90 | arguments.Length)]);
        foreach (var argument in arguments)
        {
            Write(body, argument);
        }

        body.AddRange([0x90]);
        return [.. Length(body.Count), .. body];
    }

    private static void Write(List<byte> body, object? value)
    {
        switch (value)
        {
            case null:
                body.AddRange([0xc0]);
                break;
            case bool truth:
                body.AddRange([(byte)(truth ? 0xc3 : 0xc2)]);
                break;
            case long number:
                body.AddRange([0xd3]);
                body.AddRange(BigEndian(number));
                break;
            case string text:
                body.AddRange([0xdb]);
                body.AddRange(BigEndian(Encoding.UTF8.GetByteCount(text)).AsSpan(4));
                body.AddRange(Encoding.UTF8.GetBytes(text));
                break;
            default:
                throw new ArgumentException($"A {value.GetType().Name} cannot be written.", nameof(value));
        }
    }

    private static byte[] BigEndian(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Length(int count)
    {
        List<byte> bytes = [];
        for (; count > 0x7f; count >>= 7)
        {
            bytes.Add((byte)(count | 0x80));
        }

        return [.. bytes, (byte)count];
    }
}
