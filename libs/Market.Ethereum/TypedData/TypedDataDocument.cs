using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Market.Ethereum.Abi;

namespace Market.Ethereum.TypedData;

/// <summary>A structured message that a person can read before signing it: EIP-712, in the JSON form of <c>eth_signTypedData_v4</c>.</summary>
public sealed partial class TypedDataDocument
{
    private const string DomainType = "EIP712Domain";
    private const int LargestDocument = 1 << 20;
    private const int DeepestValue = 32;
    private const int LongestNumber = 80;

    private readonly Dictionary<string, (string Name, string Type)[]> _types;
    private readonly Dictionary<string, Hash256> _typeHashes = new(StringComparer.Ordinal);
    private readonly Hash256 _hash;

    private TypedDataDocument(JsonElement document)
    {
        _types = document.GetProperty("types").EnumerateObject().ToDictionary(
            t => t.Name, t => t.Value.EnumerateArray().Select(m => (m.GetProperty("name").GetString()!, m.GetProperty("type").GetString()!)).ToArray(), StringComparer.Ordinal);
        RequireNames();
        PrimaryType = document.GetProperty("primaryType").GetString()!;
        DomainSeparator = HashStruct(DomainType, document.GetProperty("domain"), 0);
        _hash = TypedDataDomain.SigningHash(DomainSeparator, HashStruct(PrimaryType, document.GetProperty("message"), 0));
    }

    /// <summary>What kind of message it is.</summary>
    public string PrimaryType { get; }

    /// <summary>Binds the message to one application, chain and contract.</summary>
    public Hash256 DomainSeparator { get; }

    /// <summary>Writes a document whose message has members of plain types only.</summary>
    /// <param name="domain">What it is bound to.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="members">The message's members, in order.</param>
    public static string Write(TypedDataDomain domain, string type, params IReadOnlyList<TypedDataMember> members)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var bound = domain.Members().ToList();
        return JsonSerializer.Serialize(new
        {
            types = new Dictionary<string, object> { [DomainType] = TypeOf(bound), [type] = TypeOf(members) },
            primaryType = type,
            domain = ValuesOf(bound),
            message = ValuesOf(members),
        });
    }

    /// <summary>Reads a document and hashes it.</summary>
    /// <param name="json">An object with types, primaryType, domain and message.</param>
    /// <exception cref="EthereumException">It is not one, or a value does not fit its type.</exception>
    public static TypedDataDocument Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > LargestDocument)
        {
            throw new EthereumException($"Typed data of {json.Length} characters; expected at most {LargestDocument}.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return new TypedDataDocument(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new EthereumException($"The text is not EIP-712 typed data: {e.Message}", e);
        }
    }

    /// <summary>The hash that is signed.</summary>
    public Hash256 SigningHash() => _hash;

    private static object TypeOf(IEnumerable<TypedDataMember> members) => members.Select(m => new { name = m.Name, type = m.Type });

    private static Dictionary<string, string> ValuesOf(IEnumerable<TypedDataMember> members) => members.ToDictionary(m => m.Name, m => m.Value);

    private Hash256 HashStruct(string type, JsonElement value, int depth)
    {
        if (depth > DeepestValue)
        {
            throw new EthereumException($"Typed data nested deeper than {DeepestValue}.");
        }

        var encoded = new AbiWriter().WriteHash(TypeHash(type));
        foreach ((string name, string member) in Members(type))
        {
            if (!value.TryGetProperty(name, out JsonElement item))
            {
                throw new EthereumException($"Typed data lack '{name}' of {type}.");
            }

            encoded.WriteHash(EncodeValue(member, item, depth));
        }

        return Keccak256.Hash(encoded.ToArray());
    }

    private Hash256 EncodeValue(string type, JsonElement value, int depth)
    {
        if (type.EndsWith(']'))
        {
            int open = type.LastIndexOf('[');
            string element = type[..open], count = type[(open + 1)..^1];
            if (count.Length > 0 && int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture) != value.GetArrayLength())
            {
                throw new EthereumException($"{value.GetArrayLength()} values for {type}.");
            }

            return Keccak256.Hash(value.EnumerateArray().SelectMany(v => EncodeValue(element, v, depth + 1).ToArray()).ToArray());
        }

        if (_types.ContainsKey(type))
        {
            return HashStruct(type, value, depth + 1);
        }

        return type switch
        {
            "string" => TypedDataDomain.HashText(value.GetString()!),
            "bytes" => Keccak256.Hash(Hex.Decode(value.GetString()!)),
            _ => new Hash256(AbiCodec.Encode([AbiType.Parse(type)], [Atom(AbiType.Parse(type), value)])),
        };
    }

    private static object Atom(AbiType type, JsonElement value) => type.Kind switch
    {
        AbiKind.Bool => value.GetBoolean(),
        AbiKind.Address => Address.Parse(value.GetString()!),
        AbiKind.FixedBytes => Hex.Decode(value.GetString()!),
        AbiKind.UInt or AbiKind.Int => Number(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()),
        _ => throw new EthereumException($"'{type}' cannot be a member of typed data."),
    };

    private static BigInteger Number(string text) => text.Length > LongestNumber
        ? throw new EthereumException($"Typed data with a number of {text.Length} digits; expected at most {LongestNumber}.")
        : text.StartsWith("0x", StringComparison.Ordinal) && text.Length > 2
        ? BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    // Other characters could make one type's encoding read as another's.
    private void RequireNames()
    {
        foreach (string name in _types.SelectMany(t => t.Value.Select(m => m.Name).Prepend(t.Key)))
        {
            if (!Identifier().IsMatch(name))
            {
                throw new EthereumException($"Typed data with the name '{Hex.Shortened(name)}'; expected an identifier.");
            }
        }
    }

    private (string Name, string Type)[] Members(string type) =>
        _types.TryGetValue(type, out (string, string)[]? members) ? members : throw new EthereumException($"Typed data name the type '{Hex.Shortened(type)}' but do not define it.");

    /// <summary>The hash of the type and, sorted by name, all that it refers to.</summary>
    private Hash256 TypeHash(string type)
    {
        if (!_typeHashes.TryGetValue(type, out Hash256 hash))
        {
            hash = TypedDataDomain.HashText(string.Concat(
                Referred(type).Prepend(type).Select(t => $"{t}({string.Join(',', Members(t).Select(m => $"{m.Type} {m.Name}"))})")));
            _typeHashes.Add(type, hash);
        }

        return hash;
    }

    // By a queue and not by recursion: a document may chain thousands of types.
    private SortedSet<string> Referred(string type)
    {
        SortedSet<string> found = new([type], StringComparer.Ordinal);
        Queue<string> next = new(found);
        while (next.TryDequeue(out string? name))
        {
            foreach (string bare in Members(name).Select(m => m.Type.Split('[', 2)[0]).Where(_types.ContainsKey))
            {
                if (found.Add(bare))
                {
                    next.Enqueue(bare);
                }
            }
        }

        found.Remove(type);
        return found;
    }

    [GeneratedRegex(@"^[A-Za-z_$][A-Za-z0-9_$]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();
}
