using System.Text.Json.Nodes;

namespace Market.Ethereum.Rpc;

/// <summary>Which logs are wanted.</summary>
public sealed record LogFilter
{
    /// <summary>The emitting contracts; empty means all contracts.</summary>
    public IReadOnlyList<Address> Addresses { get; init; } = [];

    /// <summary>For each place, the topics accepted there; an empty list at a place accepts any. At most four places.</summary>
    public IReadOnlyList<IReadOnlyList<Hash256>> Topics { get; init; } = [];

    /// <summary>Whether the log is a wanted one.</summary>
    public bool Accepts(LogEntry log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (Addresses.Count > 0 && !Addresses.Contains(log.Address))
            return false;
        for (var i = 0; i < Topics.Count; i++)
        {
            if (i >= log.Topics.Count || (Topics[i].Count > 0 && !Topics[i].Contains(log.Topics[i])))
                return false;
        }

        return true;
    }

    internal JsonObject ToJson(ulong fromBlock, ulong toBlock)
    {
        var json = new JsonObject { ["fromBlock"] = Quantity.Write(fromBlock), ["toBlock"] = Quantity.Write(toBlock) };
        if (Addresses.Count > 0)
            json["address"] = new JsonArray([.. Addresses.Select(address => JsonValue.Create(address.ToString()))]);
        if (Topics.Count > 0)
            json["topics"] = new JsonArray([.. Topics.Select(ToJson)]);
        return json;
    }

    private static JsonArray? ToJson(IReadOnlyList<Hash256> accepted) =>
        accepted.Count == 0 ? null : new JsonArray([.. accepted.Select(topic => JsonValue.Create(topic.ToString()))]);
}
