using System.Numerics;

namespace Market.Ethereum.Abi;

/// <summary>
/// Encodes and decodes values whose types are known only at run time. Integers are <see cref="BigInteger"/>,
/// <c>bytesN</c> and <c>bytes</c> are byte arrays, arrays and tuples are lists of values.
/// </summary>
public static class AbiCodec
{
    /// <summary>Encodes values as the members of a tuple.</summary>
    /// <param name="types">Their types.</param>
    /// <param name="values">As many values.</param>
    /// <exception cref="EthereumException">A value that its type cannot hold.</exception>
    public static byte[] Encode(IReadOnlyList<AbiType> types, IReadOnlyList<object> values)
    {
        var writer = new AbiWriter();
        WriteAll(writer, types, values);
        return writer.ToArray();
    }

    /// <summary>Decodes the members of a tuple.</summary>
    /// <param name="types">Their types.</param>
    /// <param name="data">The encoding.</param>
    /// <exception cref="EthereumException">The data are not an encoding of such values.</exception>
    public static IReadOnlyList<object> Decode(IReadOnlyList<AbiType> types, ReadOnlySpan<byte> data)
    {
        var reader = new AbiReader(data);
        return ReadAll(ref reader, types);
    }

    private static void WriteAll(AbiWriter writer, IReadOnlyList<AbiType> types, IReadOnlyList<object> values)
    {
        if (types.Count != values.Count)
        {
            throw new EthereumException($"{values.Count} values for {types.Count} ABI types.");
        }

        for (int i = 0; i < types.Count; i++)
        {
            Write(writer, types[i], values[i]);
        }
    }

    private static void Write(AbiWriter writer, AbiType type, object value)
    {
        switch (type.Kind, value)
        {
            case (AbiKind.UInt, BigInteger number):
                writer.WriteUInt(number, type.Size);
                break;
            case (AbiKind.Int, BigInteger number):
                writer.WriteInt(number, type.Size);
                break;
            case (AbiKind.Bool, bool flag):
                writer.WriteBool(flag);
                break;
            case (AbiKind.Address, Address address):
                writer.WriteAddress(address);
                break;
            case (AbiKind.FixedBytes, byte[] bytes) when bytes.Length == type.Size:
                writer.WriteFixedBytes(bytes);
                break;
            case (AbiKind.Bytes, byte[] bytes):
                writer.WriteBytes(bytes);
                break;
            case (AbiKind.String, string text):
                writer.WriteString(text);
                break;
            case (AbiKind.Array, IReadOnlyList<object> items):
                writer.WriteArray(items, (w, item) => Write(w, type.Element!, item));
                break;
            case (AbiKind.FixedArray, IReadOnlyList<object> items):
                writer.WriteTuple(type.IsDynamic, w => WriteAll(w, [.. Enumerable.Repeat(type.Element!, type.Size)], items));
                break;
            case (AbiKind.Tuple, IReadOnlyList<object> items):
                writer.WriteTuple(type.IsDynamic, w => WriteAll(w, [.. type.Components!.Select(c => c.Type)], items));
                break;
            default:
                throw new EthereumException($"A value of {value?.GetType().Name ?? "null"} for the ABI type {type}.");
        }
    }

    private static object[] ReadAll(ref AbiReader reader, IReadOnlyList<AbiType> types)
    {
        object[] values = new object[types.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Read(ref reader, types[i]);
        }

        return values;
    }

    private static object Read(ref AbiReader reader, AbiType type)
    {
        switch (type.Kind)
        {
            case AbiKind.UInt:
                return reader.ReadUInt(type.Size);
            case AbiKind.Int:
                return reader.ReadInt(type.Size);
            case AbiKind.Bool:
                return reader.ReadBool();
            case AbiKind.Address:
                return reader.ReadAddress();
            case AbiKind.FixedBytes:
                return reader.ReadFixedBytes(type.Size).ToArray();
            case AbiKind.Bytes:
                return reader.ReadBytes().ToArray();
            case AbiKind.String:
                return reader.ReadString();
            case AbiKind.Array:
                AbiReader elements = reader.ReadArray(out int count);
                return ReadAll(ref elements, [.. Enumerable.Repeat(type.Element!, count)]);
            default:
                List<AbiType> members = type.Kind == AbiKind.Tuple ? [.. type.Components!.Select(c => c.Type)] : [.. Enumerable.Repeat(type.Element!, type.Size)];
                if (!type.IsDynamic)
                {
                    return ReadAll(ref reader, members);
                }

                AbiReader tuple = reader.ReadDynamicTuple();
                return ReadAll(ref tuple, members);
        }
    }
}
