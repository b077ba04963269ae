using System.Text.Json;
using Market.Chain;
using Market.Ethereum;
using Market.Ethereum.Rpc;

namespace Market.Web.Devnets;

/// <summary>A chain for trying things: its node signs for accounts that it funds itself.</summary>
/// <param name="Contract">The market on it.</param>
/// <param name="Money">Gives play money.</param>
internal sealed record DevnetChain(MarketContract Contract, DevnetMoney Money)
{
    /// <summary>What local chains call themselves; networks of value have ids of their own (EIP-155).</summary>
    private const ulong LocalId = 31337;

    private const int MostAccounts = 20;
    private static readonly string[] Programs = ["HardhatNetwork/", "anvil/"];

    /// <summary>The chain, if it has the id of local ones, its node is a program for development, and that signs for an account; else null.</summary>
    public static async Task<DevnetChain?> FindAsync(MarketContract contract, CancellationToken cancellationToken)
    {
        if (contract.Deployment.ChainId != LocalId
            || await AskAsync(contract, "web3_clientVersion", cancellationToken) is not { ValueKind: JsonValueKind.String } program
            || !Programs.Any(p => program.GetString()!.StartsWith(p, StringComparison.OrdinalIgnoreCase))
            || await AskAsync(contract, "eth_accounts", cancellationToken) is not { ValueKind: JsonValueKind.Array } accounts)
        {
            return null;
        }

        var signedFor = accounts.EnumerateArray().Take(MostAccounts).Select(a => Address.TryParse(a.ToString(), out var found) ? found : default).Where(a => a != default).ToList();
        var held = await Task.WhenAll(signedFor.Select(a => contract.TokensOfAsync(a, cancellationToken)));
        return signedFor.Count == 0 ? null : new DevnetChain(contract, new DevnetMoney(contract, signedFor.Zip(held).MaxBy(a => a.Second.Value).First));
    }

    /// <summary>Makes one call for a wallet.</summary>
    /// <exception cref="RpcException">The chain does not answer, or refuses it.</exception>
    public Task<JsonElement> CallAsync(RpcCall call, CancellationToken cancellationToken) => Contract.Client.Rpc.CallAsync(call, cancellationToken);

    /// <summary>An answer, or null where the node does not know or like the question.</summary>
    private static async Task<JsonElement?> AskAsync(MarketContract contract, string method, CancellationToken cancellationToken)
    {
        try
        {
            return await contract.Client.Rpc.CallAsync(RpcCall.Read(method), cancellationToken);
        }
        catch (RpcException e) when (e.Kind is RpcErrorKind.MethodAbsent or RpcErrorKind.Refused)
        {
            return null;
        }
    }
}
