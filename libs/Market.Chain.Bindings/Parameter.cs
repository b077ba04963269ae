using System.Text.Json;
using Market.Ethereum.Abi;

namespace Market.Chain.Bindings;

/// <summary>A parameter of the ABI, and how C# names, reads and writes it.</summary>
internal sealed record Parameter(string Name, AbiType Type, bool Indexed, string? Struct, IReadOnlyList<Parameter> Members)
{
    public static Parameter Read(JsonElement json, int place)
    {
        List<Parameter> members = json.TryGetProperty("components", out JsonElement parts) ? [.. parts.EnumerateArray().Select(Read)] : [];
        var type = AbiType.Parse(json.GetProperty("type").GetString()!, members.Count == 0 ? null : [.. members.Select(m => new AbiParameter(m.Name, m.Type))]);
        string internalType = json.TryGetProperty("internalType", out JsonElement text) ? text.GetString()! : "";
        string? structName = internalType.StartsWith("struct ", StringComparison.Ordinal) ? internalType["struct ".Length..].Split('.')[^1].Split('[')[0] : null;
        string name = json.TryGetProperty("name", out JsonElement given) ? given.GetString()!.Trim('_') : "";
        bool indexed = json.TryGetProperty("indexed", out JsonElement flag) && flag.GetBoolean();
        return new Parameter(name.Length == 0 ? $"value{place}" : name, type, indexed, structName, members);
    }

    /// <summary>The name as a member of a record.</summary>
    public string Property => char.ToUpperInvariant(Name[0]) + Name[1..];

    /// <summary>The name as an argument.</summary>
    public string Argument => "@" + char.ToLowerInvariant(Name[0]) + Name[1..];

    public string CSharp => CSharpOf(Type);

    /// <summary>Whether results may have it: arrays and structs with dynamic parts are only written so far.</summary>
    public bool IsRead => Type.Kind != AbiKind.Array && (Type.Kind != AbiKind.Tuple || !Type.IsDynamic);

    /// <summary>The expression that reads it from the reader named <c>reader</c>.</summary>
    public string ReadFrom(string reader) => ReadOf(Type, reader);

    /// <summary>The statement that writes the expression <paramref name="value"/> to the writer named <c>writer</c>.</summary>
    public string WriteTo(string writer, string value) => WriteOf(Type, writer, value);

    // In full: members and methods may have a struct's name.
    private string Qualified => $"global::{ContractWriter.Namespace}.{Struct}";

    private string CSharpOf(AbiType type) => type.Kind switch
    {
        AbiKind.UInt when type.Size <= 8 => "byte",
        AbiKind.UInt when type.Size <= 16 => "ushort",
        AbiKind.UInt when type.Size <= 32 => "uint",
        AbiKind.UInt when type.Size <= 64 => "ulong",
        AbiKind.UInt or AbiKind.Int => "BigInteger",
        AbiKind.Bool => "bool",
        AbiKind.Address => "Address",
        AbiKind.FixedBytes when type.Size == 32 => "Hash256",
        AbiKind.FixedBytes or AbiKind.Bytes => "ReadOnlyMemory<byte>",
        AbiKind.String => "string",
        AbiKind.Array => $"IReadOnlyList<{CSharpOf(type.Element!)}>",
        AbiKind.Tuple => Struct is null ? throw new NotSupportedException($"'{Name}' is a tuple without a struct's name.") : Qualified,
        _ => throw new NotSupportedException($"'{Name}' has the type {type}, which the contracts did not use so far."),
    };

    private string ReadOf(AbiType type, string reader) => type.Kind switch
    {
        AbiKind.UInt when type.Size <= 64 => $"({CSharpOf(type)}){reader}.ReadUInt64({type.Size})",
        AbiKind.UInt => $"{reader}.ReadUInt({type.Size})",
        AbiKind.Int => $"{reader}.ReadInt({type.Size})",
        AbiKind.Bool => $"{reader}.ReadBool()",
        AbiKind.Address => $"{reader}.ReadAddress()",
        AbiKind.FixedBytes when type.Size == 32 => $"{reader}.ReadHash()",
        AbiKind.FixedBytes => $"{reader}.ReadFixedBytes({type.Size}).ToArray()",
        AbiKind.Bytes => $"{reader}.ReadBytes().ToArray()",
        AbiKind.String => $"{reader}.ReadString()",
        AbiKind.Tuple when !type.IsDynamic => $"{Qualified}.Read(ref {reader})",
        _ => throw new NotSupportedException($"Reading '{Name}' of type {type}: no result or event of the contracts had it so far."),
    };

    private string WriteOf(AbiType type, string writer, string value) => type.Kind switch
    {
        AbiKind.UInt when type.Size <= 64 => $"{writer}.WriteUInt((ulong){value});",
        AbiKind.UInt => $"{writer}.WriteUInt({value}, {type.Size});",
        AbiKind.Int => $"{writer}.WriteInt({value}, {type.Size});",
        AbiKind.Bool => $"{writer}.WriteBool({value});",
        AbiKind.Address => $"{writer}.WriteAddress({value});",
        AbiKind.FixedBytes when type.Size == 32 => $"{writer}.WriteHash({value});",
        AbiKind.FixedBytes => $"{writer}.WriteFixedBytes({value}.Span);",
        AbiKind.Bytes => $"{writer}.WriteBytes({value}.Span);",
        AbiKind.String => $"{writer}.WriteString({value});",
        AbiKind.Array => $"{writer}.WriteArray({value}, static (w, item) => {{ {WriteOf(type.Element!, "w", "item")} }});",
        AbiKind.Tuple when !type.IsDynamic => $"{value}.Write({writer});",
        AbiKind.Tuple => $"{writer}.WriteTuple(true, {value}.Write);",
        _ => throw new NotSupportedException($"Writing '{Name}' of type {type}: no call of the contracts had it so far."),
    };
}
