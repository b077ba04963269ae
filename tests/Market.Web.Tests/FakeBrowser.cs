using System.Text.Json;
using System.Text.Json.Nodes;
using Market.Ethereum;
using Market.Ethereum.Tests.Chains;
using Market.Web.Wallets;
using Microsoft.JSInterop;

namespace Market.Web.Tests;

/// <summary>A browser with one wallet, whose account is one that a development chain, if there is one, signs for.</summary>
internal sealed class FakeBrowser(DevChain? chain, ulong chainId) : IJSRuntime, IJSObjectReference
{
    /// <summary>Whom its wallet belongs to; null for a browser without a wallet.</summary>
    public Address? Account { get; init; } = DevChain.Funded;

    /// <summary>What the wallet refuses, and with which code.</summary>
    public (string Method, int Code)? Refuses { get; set; }

    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

    public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
    {
        object? answer = identifier switch
        {
            "import" when typeof(TValue) == typeof(IJSObjectReference) => this,
            "list" => Account is null ? [] : new[] { new WalletInfo("example.test", "Test wallet", null) },
            "connect" => Answer(new { accounts = new[] { Account.ToString() }, chain = $"0x{chainId:x}" }),
            "ask" => await AskAsync((string)args![0]!, (string)args[1]!),
            _ => null,
        };
        return (TValue)answer!;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static WalletAnswer Answer(object value) => new(JsonSerializer.Serialize(value), 0, null);

    private async Task<WalletAnswer> AskAsync(string method, string parameters)
    {
        if (Refuses is { } refusal && refusal.Method == method)
        {
            return new WalletAnswer(null, refusal.Code, "no");
        }

        var asked = JsonNode.Parse(parameters)!.AsArray().Select(p => p?.DeepClone()).ToArray();
        return new WalletAnswer((await chain!.RequestAsync(method, asked))?.ToJsonString() ?? "null", 0, null);
    }
}
