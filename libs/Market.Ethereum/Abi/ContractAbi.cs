using System.Text.Json;

namespace Market.Ethereum.Abi;

/// <summary>A contract's JSON ABI, as compilers write it.</summary>
public sealed class ContractAbi
{
    // Solidity's own: a revert with a reason, and a failed assertion.
    private static readonly AbiEntry[] BuiltIn =
    [
        new("error", "Error", [new AbiParameter("reason", AbiType.Parse("string"))], []),
        new("error", "Panic", [new AbiParameter("code", AbiType.Parse("uint256"))], []),
    ];

    private ContractAbi(IReadOnlyList<AbiEntry> entries) => Entries = entries;

    /// <summary>All that the contract has, in the file's order.</summary>
    public IReadOnlyList<AbiEntry> Entries { get; }

    /// <summary>Reads a JSON ABI.</summary>
    /// <param name="json">The array itself.</param>
    /// <exception cref="EthereumException">It is not one.</exception>
    public static ContractAbi Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            return new ContractAbi([.. document.RootElement.EnumerateArray().Select(ParseEntry)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new EthereumException($"The text is not a contract's JSON ABI: {e.Message}", e);
        }
    }

    /// <summary>The function of a name.</summary>
    /// <param name="name">Its name; of overloads the first.</param>
    /// <exception cref="EthereumException">The contract has none.</exception>
    public AbiEntry Function(string name) =>
        Entries.FirstOrDefault(e => e.Kind == "function" && e.Name == name) ?? throw new EthereumException($"The contract has no function '{name}'.");

    /// <summary>What a revert's data say: an error of the contract, or Solidity's own; null where they are none of those.</summary>
    /// <param name="data">A selector and arguments.</param>
    public (AbiEntry Error, IReadOnlyList<object> Arguments)? DecodeError(ReadOnlySpan<byte> data)
    {
        foreach (AbiEntry error in Entries.Where(e => e.Kind == "error").Concat(BuiltIn))
        {
            if (data.StartsWith(error.Selector))
            {
                try
                {
                    return (error, AbiCodec.Decode([.. error.Inputs.Select(i => i.Type)], data[4..]));
                }
                catch (EthereumException)
                {
                    return null;
                }
            }
        }

        return null;
    }

    private static AbiEntry ParseEntry(JsonElement entry) => new(
        entry.GetProperty("type").GetString()!,
        entry.TryGetProperty("name", out JsonElement name) ? name.GetString()! : "",
        Parameters(entry, "inputs"),
        Parameters(entry, "outputs"),
        entry.TryGetProperty("anonymous", out JsonElement anonymous) && anonymous.GetBoolean());

    private static List<AbiParameter> Parameters(JsonElement parent, string list) =>
        parent.TryGetProperty(list, out JsonElement items) ? [.. items.EnumerateArray().Select(ParseParameter)] : [];

    private static AbiParameter ParseParameter(JsonElement parameter) => new(
        parameter.TryGetProperty("name", out JsonElement name) ? name.GetString()! : "",
        AbiType.Parse(parameter.GetProperty("type").GetString()!, parameter.TryGetProperty("components", out _) ? Parameters(parameter, "components") : null),
        parameter.TryGetProperty("indexed", out JsonElement indexed) && indexed.GetBoolean());
}
