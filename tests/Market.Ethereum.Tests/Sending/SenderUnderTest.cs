using System.Numerics;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;
using Market.Ethereum.Tests.Chains;

namespace Market.Ethereum.Tests.Sending;

/// <summary>A sender with a new, funded account, that can be ended and started again as a crash would.</summary>
internal sealed class SenderUnderTest : IAsyncDisposable
{
    private readonly DevChain _chain;
    private readonly SenderOptions _options;
    private readonly string _folder = Directory.CreateTempSubdirectory("sender-").FullName;
    private EthereumClient _client = null!;
    private SendJournal _journal = null!;

    private SenderUnderTest(DevChain chain, SenderOptions options)
    {
        _chain = chain;
        _options = options;
    }

    public static SenderOptions Quick { get; } = new() { PollInterval = TimeSpan.FromMilliseconds(20) };

    public PrivateKey Key { get; } = PrivateKey.Generate();

    public TransactionSender Sender { get; private set; } = null!;

    public static async Task<SenderUnderTest> StartAsync(DevChain chain, SenderOptions? options = null, Uri? endpoint = null, BigInteger? wei = null)
    {
        var started = new SenderUnderTest(chain, options ?? Quick);
        await chain.SetBalanceAsync(started.Key.Address, wei ?? BigInteger.Pow(10, 20));
        started.Open(endpoint ?? chain.Http);
        return started;
    }

    public Task<TransactionReceipt> SendAsync(string key, Address to, byte[] data, ulong? gas = null) =>
        Sender.SendAsync(key, new TransactionIntent { To = to, Data = data, GasLimit = gas }, TestContext.Current.CancellationToken);

    public Task<ulong> CountAsync(BlockTag tag = default) =>
        _chain.Client.GetTransactionCountAsync(Key.Address, tag, TestContext.Current.CancellationToken);

    /// <summary>Waits until the chain's pool or blocks hold so many transactions of the account.</summary>
    public Task PooledAsync(ulong count) => UntilAsync(async () => await CountAsync(BlockTag.Pending) >= count, $"{count} transactions in the pool");

    /// <summary>The journal's lines without the first, as a crash would leave them.</summary>
    public IReadOnlyList<string> JournalLines()
    {
        using var file = new FileStream(Path.Combine(_folder, "sends"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)];
    }

    /// <summary>Ends the sender without letting it finish anything, and opens another on the same journal.</summary>
    public async Task RestartAsync(Uri? endpoint = null)
    {
        await EndAsync();
        Open(endpoint ?? _chain.Http);
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"Did not see {what}.");
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Open(Uri endpoint)
    {
        _client = new EthereumClient(new JsonRpcClient(endpoint));
        _journal = SendJournal.Open(Path.Combine(_folder, "sends"), DevChain.ChainId, Key.Address);
        Sender = new TransactionSender(_client, Key, _journal, _options);
    }

    private async Task EndAsync()
    {
        await Sender.DisposeAsync();
        _journal.Dispose();
        await _client.DisposeAsync();
    }
}
