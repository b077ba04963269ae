using System.Text.Json.Serialization;

namespace Market.Ethereum.Sending;

/// <summary>One line of a journal's file.</summary>
internal sealed record JournalLine
{
    public required JournalEvent Event { get; init; }

    public required string Key { get; init; }

    public required Hash256 Intent { get; init; }

    public required ulong Nonce { get; init; }

    public required Hash256 Hash { get; init; }

    /// <summary>The signed transaction, where it may have to be broadcast again.</summary>
    public byte[]? Raw { get; init; }
}

/// <summary>What became of a transaction.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JournalEvent>))]
internal enum JournalEvent
{
    /// <summary>It was signed, and from here on may be broadcast.</summary>
    Signed,

    /// <summary>The endpoint refused it, so its nonce may serve another one.</summary>
    Released,

    /// <summary>It is in the chain with the wanted confirmations.</summary>
    Settled,
}
