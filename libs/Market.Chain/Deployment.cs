using System.Text.Json;
using Market.Ethereum;
using Market.Ethereum.Rpc;

namespace Market.Chain;

/// <summary>Where a market lives: the file that every program reads to find it.</summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Market">The contract <c>Market</c>.</param>
/// <param name="Token">The token in which it pays.</param>
/// <param name="Block">The block of its deployment: where following begins.</param>
/// <param name="Terms">The number of the terms that jobs use unless they name others.</param>
/// <param name="Rpc">An endpoint that serves the chain, if whoever deployed it wants one known: <c>ws://…</c> or <c>http://…</c>.</param>
public sealed record Deployment(ulong ChainId, Address Market, Address Token, ulong Block, uint Terms, Uri? Rpc = null)
{
    private const long LargestFile = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads a deployment file.</summary>
    /// <exception cref="EthereumException">It is absent or no deployment file.</exception>
    public static Deployment Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new EthereumException($"No deployment file '{path}'; scripts/deploy and the devnet write one.");
        }

        var length = new FileInfo(path).Length;
        if (length > LargestFile)
        {
            throw new EthereumException($"Deployment file '{path}' has {length} bytes, expected at most {LargestFile}.");
        }

        try
        {
            return JsonSerializer.Deserialize<Deployment>(File.ReadAllBytes(path), Json)
                ?? throw new EthereumException($"Deployment file '{path}' holds null, expected an object.");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new EthereumException($"'{path}' is no deployment file: {e.Message}", e);
        }
    }

    /// <summary>What its file holds.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Writes a deployment file, whole or not at all.</summary>
    public void Save(string path)
    {
        File.WriteAllBytes(path + ".new", ToJson());
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Connects to the chain and checks that it is the one meant and that the contract is there.</summary>
    /// <param name="endpoint">Whom to ask; null for <see cref="Rpc"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RpcException">The endpoint does not answer or serves another chain.</exception>
    /// <exception cref="EthereumException">No endpoint is known, or there is no contract at the address.</exception>
    public async Task<EthereumClient> ConnectAsync(Uri? endpoint, CancellationToken cancellationToken)
    {
        var uri = endpoint ?? Rpc ?? throw new EthereumException("No endpoint: neither the deployment file nor --rpc names one.");
        var client = await EthereumClient.ConnectAsync(uri, ChainId, cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            var code = await client.GetCodeAsync(Market, BlockTag.Latest, cancellationToken).ConfigureAwait(false);
            return code.Length > 0 ? client : throw new EthereumException($"No contract at {Market} on chain {ChainId}, expected the market.");
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
