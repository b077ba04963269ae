using System.Diagnostics;
using System.Text;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.Rpc;
using Market.Protocol.Money;

namespace Market.Benchmarks.Web;

/// <summary>Jobs that are posted one after the other, so that pages change, and when their blocks came.</summary>
internal sealed class PostedJobs(MarketAccount account) : IDisposable
{
    private const ulong Reward = 1_000_000;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<ulong, long> _mined = [];
    private readonly List<ulong> _blocks = [];
    private volatile byte[][] _ids = [];

    /// <summary>The ids of all jobs that are posted or about to be, as pages show them.</summary>
    public byte[][] Ids => _ids;

    /// <summary>Pays in for so many jobs, and begins to note when blocks come.</summary>
    public async Task PrepareAsync(int jobs)
    {
        _ = NoteBlocksAsync(account.Contract.Client.Rpc);
        var price = new Units((ulong)jobs * 2 * Reward);
        await account.AllowAsync(price, "allow", default);
        await account.SendAsync("deposit", MarketCalls.Deposit(price.Value), default);
    }

    /// <summary>Posts a job, and returns once its block is there.</summary>
    public async Task PostAsync()
    {
        var spec = new JobSpec(account.Address, (ulong)_ids.Length, Keccak256.Hash("bundle"u8), 8, 1, Reward, Reward, Units.PerToken, 1000, 1000, account.Contract.Deployment.Terms, 1000, 1000);
        var id = await account.Contract.JobIdOfAsync(spec, default);
        _ids = [.. _ids, Encoding.ASCII.GetBytes(id.ToString())];
        var receipt = await account.SendAsync($"post {id}", MarketCalls.Post(spec), default);
        _blocks.Add(receipt.BlockNumber);
    }

    /// <summary>Milliseconds from a job's block until a moment.</summary>
    public double Since(int job, long moment)
    {
        lock (_mined)
        {
            return Stopwatch.GetElapsedTime(_mined[_blocks[job]], moment).TotalMilliseconds;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task NoteBlocksAsync(JsonRpcClient rpc)
    {
        try
        {
            await foreach (var head in rpc.SubscribeAsync("newHeads", _stop.Token))
            {
                lock (_mined)
                {
                    _mined[Convert.ToUInt64(head.GetProperty("number").GetString(), 16)] = Stopwatch.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }
}
