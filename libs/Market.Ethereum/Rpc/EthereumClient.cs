using System.Numerics;
using System.Text.Json.Nodes;

namespace Market.Ethereum.Rpc;

/// <summary>The execution API's methods with types.</summary>
/// <remarks>
/// Safe for concurrent use. Every method throws <see cref="RpcException"/> when the endpoint gives no usable answer.
/// The answers are what one endpoint says: they are checked for form, not proven against the chain's state.
/// https://ethereum.github.io/execution-apis/
/// </remarks>
public sealed class EthereumClient : IAsyncDisposable
{
    /// <summary>Takes over a client, which is disposed with this one.</summary>
    public EthereumClient(JsonRpcClient rpc)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        Rpc = rpc;
    }

    /// <summary>The client below, for methods that have no typed form here.</summary>
    public JsonRpcClient Rpc { get; }

    /// <summary>Prepares a client and checks that the endpoint serves the expected chain.</summary>
    /// <exception cref="RpcException">The endpoint does not answer, or <see cref="RpcErrorKind.WrongChain"/>.</exception>
    public static async Task<EthereumClient> ConnectAsync(
        Uri endpoint, ulong expectedChainId, RpcOptions? options = null, CancellationToken cancellationToken = default)
    {
        var client = new EthereumClient(new JsonRpcClient(endpoint, options));
        try
        {
            await client.RequireChainAsync(expectedChainId, cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Throws <see cref="RpcErrorKind.WrongChain"/> unless the endpoint serves that chain.</summary>
    public async Task RequireChainAsync(ulong expectedChainId, CancellationToken cancellationToken = default)
    {
        var found = await ChainIdAsync(cancellationToken).ConfigureAwait(false);
        if (found != expectedChainId)
            throw new RpcException(RpcErrorKind.WrongChain, $"Endpoint {Rpc.Name} serves chain {found}, expected chain {expectedChainId}.");
    }

    /// <summary>The chain's id (EIP-155).</summary>
    public async Task<ulong> ChainIdAsync(CancellationToken cancellationToken = default) =>
        (await ReadAsync("eth_chainId", cancellationToken).ConfigureAwait(false)).UInt64();

    /// <summary>The height of the newest block.</summary>
    public async Task<ulong> BlockNumberAsync(CancellationToken cancellationToken = default) =>
        (await ReadAsync("eth_blockNumber", cancellationToken).ConfigureAwait(false)).UInt64();

    /// <summary>The header of a block, or null if the endpoint has no such block.</summary>
    public async Task<BlockHeader?> GetBlockAsync(BlockTag tag, CancellationToken cancellationToken = default)
    {
        var block = await ReadAsync("eth_getBlockByNumber", cancellationToken, tag.ToString(), false).ConfigureAwait(false);
        return ReadBlock(block, tag.Number);
    }

    /// <summary>The headers of blocks by number in one batch; null where the endpoint has no such block.</summary>
    public async Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(
        IReadOnlyList<ulong> numbers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var calls = numbers.Select(number => RpcCall.Read("eth_getBlockByNumber", Quantity.Write(number), false)).ToArray();
        var replies = await Rpc.BatchAsync(calls, cancellationToken).ConfigureAwait(false);
        return [.. replies.Zip(numbers, (reply, number) => ReadBlock(new RpcValue(reply.Result, "eth_getBlockByNumber"), number))];
    }

    /// <summary>An account's balance in wei.</summary>
    public async Task<BigInteger> GetBalanceAsync(Address address, BlockTag tag = default, CancellationToken cancellationToken = default) =>
        (await ReadAsync("eth_getBalance", cancellationToken, address.ToString(), tag.ToString()).ConfigureAwait(false)).UInt256();

    /// <summary>How many transactions an account has sent, which is its next nonce.</summary>
    public async Task<ulong> GetTransactionCountAsync(Address address, BlockTag tag = default, CancellationToken cancellationToken = default) =>
        (await ReadAsync("eth_getTransactionCount", cancellationToken, address.ToString(), tag.ToString()).ConfigureAwait(false)).UInt64();

    /// <summary>An account's code, empty if it is no contract.</summary>
    public async Task<ReadOnlyMemory<byte>> GetCodeAsync(Address address, BlockTag tag = default, CancellationToken cancellationToken = default) =>
        (await ReadAsync("eth_getCode", cancellationToken, address.ToString(), tag.ToString()).ConfigureAwait(false)).Bytes();

    /// <summary>Tries out a call and returns what it returns.</summary>
    /// <exception cref="RpcException">Among others <see cref="RpcErrorKind.Revert"/> with the revert's bytes.</exception>
    public async Task<ReadOnlyMemory<byte>> CallAsync(CallRequest call, BlockTag tag = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return (await ReadAsync("eth_call", cancellationToken, call.ToJson(), tag.ToString()).ConfigureAwait(false)).Bytes();
    }

    /// <summary>The gas that a call would need now.</summary>
    /// <exception cref="RpcException">Among others <see cref="RpcErrorKind.Revert"/> with the revert's bytes.</exception>
    public async Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        return (await ReadAsync("eth_estimateGas", cancellationToken, call.ToJson()).ConfigureAwait(false)).UInt64();
    }

    /// <summary>The logs of a range of blocks, both ends included, as the endpoint orders them.</summary>
    /// <remarks>Form is checked, content is not: <c>LogFollower</c> checks order, range and filter.</remarks>
    /// <exception cref="RpcException">Among others <see cref="RpcErrorKind.RangeRefused"/>: ask for less.</exception>
    public async Task<IReadOnlyList<LogEntry>> GetLogsAsync(
        LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var logs = await ReadAsync("eth_getLogs", cancellationToken, filter.ToJson(fromBlock, toBlock)).ConfigureAwait(false);
        return logs.List(LogEntry.Read);
    }

    /// <summary>What became of a transaction, or null while it is in no block.</summary>
    public async Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash256 hash, CancellationToken cancellationToken = default)
    {
        var value = await ReadAsync("eth_getTransactionReceipt", cancellationToken, hash.ToString()).ConfigureAwait(false);
        if (value.IsNull)
            return null;
        var receipt = TransactionReceipt.Read(value);
        return receipt.TransactionHash == hash ? receipt : throw value["transactionHash"].Malformed(hash.ToString());
    }

    /// <summary>The nonce of a transaction, in a block or on its way; null if the endpoint does not know it, for example since another took its place.</summary>
    public async Task<ulong?> GetTransactionNonceAsync(Hash256 hash, CancellationToken cancellationToken = default)
    {
        var value = await ReadAsync("eth_getTransactionByHash", cancellationToken, hash.ToString()).ConfigureAwait(false);
        return value.IsNull ? null : value["nonce"].UInt64();
    }

    /// <summary>Gives a signed transaction to the endpoint, once: a failure may leave open whether it was taken.</summary>
    /// <returns>The hash that the endpoint names.</returns>
    public async Task<Hash256> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken = default)
    {
        var call = RpcCall.Write("eth_sendRawTransaction", Hex.Encode(signed.Span));
        return new RpcValue(await Rpc.CallAsync(call, cancellationToken).ConfigureAwait(false), call.Method).Hash();
    }

    /// <summary>What the newest blocks charged.</summary>
    /// <param name="blocks">How many blocks, at least 1.</param>
    /// <param name="percentiles">Which tips of each block to tell, ascending, from 0 to 100.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<FeeHistory> FeeHistoryAsync(
        int blocks, IReadOnlyList<double> percentiles, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        ArgumentNullException.ThrowIfNull(percentiles);
        var wanted = new JsonArray([.. percentiles.Select(percentile => JsonValue.Create(percentile))]);
        var history = await ReadAsync("eth_feeHistory", cancellationToken, Quantity.Write((ulong)blocks), "latest", wanted).ConfigureAwait(false);
        return FeeHistory.Read(history);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Rpc.DisposeAsync();

    private static BlockHeader? ReadBlock(RpcValue block, ulong? number)
    {
        if (block.IsNull)
            return null;
        var header = BlockHeader.Read(block);
        return number is null || header.Number == number ? header : throw block["number"].Malformed(Quantity.Write(number.Value));
    }

    private async Task<RpcValue> ReadAsync(string method, CancellationToken cancellationToken, params JsonNode?[] parameters) =>
        new(await Rpc.CallAsync(RpcCall.Read(method, parameters), cancellationToken).ConfigureAwait(false), method);
}
