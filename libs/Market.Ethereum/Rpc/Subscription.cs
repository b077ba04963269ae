using System.Text.Json;
using System.Threading.Channels;

namespace Market.Ethereum.Rpc;

/// <summary>A subscription on one connection.</summary>
internal sealed class Subscription(WebSocketConnection connection, string id, ChannelReader<JsonElement> notifications)
{
    public ChannelReader<JsonElement> Notifications { get; } = notifications;

    /// <summary>Tells the endpoint to stop; a connection that is lost has stopped already.</summary>
    public async Task<bool> EndAsync(CancellationToken cancellationToken)
    {
        connection.Forget(id);
        if (!connection.IsOpen)
            return false;
        var reply = await connection.CallAsync(RpcCall.Write("eth_unsubscribe", id), null, cancellationToken).ConfigureAwait(false);
        return reply.Error is null;
    }
}
