using System.Text.Json;

namespace Market.Web.Wallets;

/// <summary>What a wallet answered (EIP-1193).</summary>
/// <param name="Value">JSON; null if it refused.</param>
/// <param name="Code">Why it refused; 0 if it did not.</param>
/// <param name="Message">The same in the wallet's words.</param>
public sealed record WalletAnswer(string? Value, int Code, string? Message)
{
    /// <summary>The owner said no.</summary>
    public const int Rejected = 4001;

    /// <summary>The wallet does not know the chain.</summary>
    public const int ChainUnknown = 4902;

    private const int LargestAnswer = 100_000;

    /// <summary>Why it refused, for people.</summary>
    public string Why => Code switch
    {
        Rejected => T["You refused it in the wallet. Nothing was sent."],
        4100 => T["The wallet does not allow it for this account."],
        4200 => T["The wallet cannot do that."],
        4900 or 4901 => T["The wallet is not connected to the chain."],
        _ => T["The wallet says: {0}", Message],
    };

    /// <summary>Reads the answer as text; null if it is none.</summary>
    public string? Text() => Read(json => json.ValueKind == JsonValueKind.String ? json.GetString() : null);

    /// <summary>Reads the answer; null if it is not what <paramref name="read"/> expects.</summary>
    public T? Read<T>(Func<JsonElement, T?> read)
        where T : class
    {
        if (Value is null || Value.Length > LargestAnswer)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Value);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
