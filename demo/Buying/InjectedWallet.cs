using System.Text.Json;
using System.Text.Json.Nodes;
using Market.Chain;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;
using Market.Ethereum.TypedData;
using Microsoft.Playwright;

namespace Market.Demo.Buying;

/// <summary>A wallet in a real Chromium: it announces itself (EIP-6963), signs with its owner's key, and answers as EIP-1193 says.</summary>
internal sealed class InjectedWallet : IAsyncDisposable
{
    private readonly EthereumClient _chain;
    private readonly PrivateKey _key;
    private readonly CancellationToken _stop;
    private readonly SendJournal _journal;
    private readonly TransactionSender _sender;
    private int _sent;

    /// <param name="chain">Where it sends transactions.</param>
    /// <param name="deployment">The market.</param>
    /// <param name="key">The owner's key.</param>
    /// <param name="journal">Where it notes what it sent.</param>
    /// <param name="stop">Stops sending.</param>
    public InjectedWallet(EthereumClient chain, Deployment deployment, PrivateKey key, string journal, CancellationToken stop)
    {
        (_chain, _key, _stop) = (chain, key, stop);
        _journal = SendJournal.Open(journal, deployment.ChainId, key.Address);
        _sender = new TransactionSender(chain, key, _journal);
        Chain = $"0x{deployment.ChainId:x}";
    }

    /// <summary>Which method its owner refuses.</summary>
    public string? Refuses { get; set; }

    /// <summary>Whether it says of every transaction that nothing happened in it.</summary>
    public bool HidesEvents { get; set; }

    /// <summary>What its owner takes a while for.</summary>
    public HeldAnswer? Holds { get; set; }

    /// <summary>Whether it knows the market's chain, or must be told of it first (EIP-3085).</summary>
    public bool KnowsChain { get; set; } = true;

    /// <summary>The chain that it was told of last.</summary>
    public JsonNode? Added { get; private set; }

    /// <summary>Whether it says that it does several calls as one (EIP-5792); it does them in turn.</summary>
    public bool Batches { get; set; }

    /// <summary>Which chain it says that it is on.</summary>
    public string Chain { get; set; }

    public async Task InjectAsync(IPage page)
    {
        await page.ExposeFunctionAsync<string, Task<string>>("askChain", AnswerAsync).ConfigureAwait(false);
        await page.AddInitScriptAsync("""
            window.testWallet = (() => {
              const listeners = {};
              const tell = (name, value) => (listeners[name] ?? []).forEach(act => act(value));
              const provider = {
                on: (name, act) => (listeners[name] ??= []).push(act),
                removeListener: (name, act) => { listeners[name] = (listeners[name] ?? []).filter(other => other !== act); },
                request: async question => {
                  const answer = JSON.parse(await askChain(JSON.stringify(question)));
                  if (answer.error) throw answer.error;
                  if (question.method === 'wallet_switchEthereumChain') {
                    tell('disconnect', { code: 1013, message: 'Disconnected from chain. Attempting to connect.' }); // as MetaMask does
                    tell('chainChanged', question.params[0].chainId);
                  }
                  return answer.result;
                },
              };
              const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info: { uuid: crypto.randomUUID(), name: 'Test wallet', rdns: 'example.test', icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>' }, provider }) }));
              addEventListener('eip6963:requestProvider', announce);
              announce();
              return { leave: () => tell('disconnect'), show: account => tell('accountsChanged', [account]) };
            })();
            """).ConfigureAwait(false);
    }

    /// <summary>Sends a transaction of the owner's own.</summary>
    public Task<TransactionReceipt> SendAsync(TransactionIntent intent) => _sender.SendAsync($"{_sent++}", intent, _stop);

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync().ConfigureAwait(false);
        _journal.Dispose();
    }

    /// <summary>What the wallet does when it is asked.</summary>
    private async Task<string> AnswerAsync(string question)
    {
        var asked = JsonNode.Parse(question)!;
        var (method, parameters) = (asked["method"]!.GetValue<string>(), asked["params"] ?? new JsonArray());
        if (method == Refuses)
        {
            return """{"error":{"code":4001,"message":"no"}}""";
        }

        if (Holds is { } held && held.Method == method)
        {
            await held.HoldAsync(_stop).ConfigureAwait(false);
        }

        switch (method)
        {
            case "eth_requestAccounts" or "eth_accounts":
                return Result(new JsonArray(_key.Address.ToString().ToLowerInvariant()));
            case "eth_chainId":
                return Result(Chain);
            case "wallet_switchEthereumChain" when !KnowsChain:
                return """{"error":{"code":4902,"message":"Unrecognized chain ID."}}""";
            case "wallet_addEthereumChain":
                (KnowsChain, Added) = (true, parameters[0]);
                return Result(null);
            case "wallet_switchEthereumChain":
                Chain = parameters[0]!["chainId"]!.GetValue<string>();
                return Result(null);
            case "eth_getTransactionReceipt":
                var receipt = await _chain.Rpc.CallAsync(RpcCall.Read(method, parameters[0]!.DeepClone()), _stop).ConfigureAwait(false);
                return Result(HidesEvents ? new JsonObject { ["logs"] = new JsonArray() } : JsonNode.Parse(receipt.GetRawText()));
            case "eth_signTypedData_v4":
                var hash = TypedDataDocument.Parse(parameters[1]!.GetValue<string>()).SigningHash();
                return Result(Hex.Encode(_key.Sign(hash).ToArray()));
            case "eth_sendTransaction":
                return Result(await SendAsync(parameters[0]!).ConfigureAwait(false));
            case "wallet_getCapabilities" when Batches:
                return Result(new JsonObject { [Chain] = new JsonObject { ["atomic"] = new JsonObject { ["status"] = "supported" } } });
            case "wallet_sendCalls" when Batches:
                foreach (var call in parameters[0]!["calls"]!.AsArray())
                {
                    await SendAsync(call!).ConfigureAwait(false);
                }

                return Result(new JsonObject { ["id"] = "batch" });
            case "wallet_getCallsStatus" when Batches:
                return Result(new JsonObject { ["id"] = "batch", ["status"] = 200 });
            default:
                return """{"error":{"code":4200,"message":"unknown"}}""";
        }
    }

    private async Task<string> SendAsync(JsonNode call) => (await SendAsync(new TransactionIntent
    {
        To = Address.Parse(call["to"]!.GetValue<string>()), Data = Hex.Decode(call["data"]!.GetValue<string>()),
    }).ConfigureAwait(false)).TransactionHash.ToString();

    private static string Result(JsonNode? value) => JsonSerializer.Serialize(new { result = value });
}
