using System.Collections.Concurrent;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.Rpc;
using Market.Protocol.Money;

namespace Market.Web.Devnets;

/// <summary>Play money of a devnet, from an account for which its node signs, so that this server needs no key. Each account gets some once.</summary>
/// <param name="contract">The market.</param>
/// <param name="giver">The account that the node signs for.</param>
internal sealed class DevnetMoney(MarketContract contract, Address giver)
{
    private const int MostAccounts = 10_000;
    private static readonly BigInteger Coin = BigInteger.Pow(10, 18);
    private static readonly Units Tokens = Units.FromTokens(1000);
    private readonly ConcurrentDictionary<Address, Lazy<Task>> _given = new();

    /// <summary>Gives an account coin for fees and market tokens; returns when it has them, or at once when no more accounts get any.</summary>
    /// <exception cref="EthereumException">The chain did not do it; it may be asked again.</exception>
    public async Task GiveAsync(Address account, MarketWatch watch, CancellationToken cancellationToken)
    {
        if (_given.Count >= MostAccounts && !_given.ContainsKey(account))
        {
            return;
        }

        // Not ended by whoever asks: others may wait for the same gift.
        var gift = _given.GetOrAdd(account, _ => new Lazy<Task>(() => SendAsync(account, watch)));
        try
        {
            await gift.Value.WaitAsync(cancellationToken);
        }
        catch (EthereumException)
        {
            _given.TryRemove(KeyValuePair.Create(account, gift));
            throw;
        }
    }

    private async Task SendAsync(Address account, MarketWatch watch)
    {
        List<Hash256> sent = [];
        if (await contract.Client.GetBalanceAsync(account) < Coin)
        {
            sent.Add(await SendAsync(new JsonObject { ["to"] = account.ToString(), ["value"] = "0x" + Coin.ToString("x").TrimStart('0') }));
        }

        var amount = BigInteger.Min(Tokens.Value, (await contract.TokensOfAsync(giver, default)).Value);
        if (amount > 0 && await contract.TokensOfAsync(account, default) is { Value: 0 })
        {
            var transfer = MarketTokenCalls.Transfer(account, amount * await contract.UnitAsync(default));
            sent.Add(await SendAsync(new JsonObject { ["to"] = contract.Deployment.Token.ToString(), ["data"] = Hex.Encode(transfer) }));
        }

        foreach (var transaction in sent)
        {
            await watch.ReceiptAsync(transaction, default);
        }
    }

    private async Task<Hash256> SendAsync(JsonObject transaction)
    {
        transaction["from"] = giver.ToString();
        var answer = await contract.Client.Rpc.CallAsync(RpcCall.Write("eth_sendTransaction", transaction));
        return answer.ValueKind == JsonValueKind.String && Hash256.TryParse(answer.GetString(), out var hash)
            ? hash : throw new EthereumException($"The devnet answers eth_sendTransaction with {answer.ValueKind}, expected a transaction's hash.");
    }
}
