using System.Net;
using System.Net.Sockets;

namespace Market.Libp2p.Connections;

/// <summary>Tries a peer's addresses, each a little after the last, until one gives a connection.</summary>
/// <param name="connect">Connects to one endpoint and secures the connection; owns nothing on failure.</param>
/// <param name="options">Where it may dial, the time for one address, and the clock.</param>
internal sealed class Dialler(Func<IPEndPoint, PeerId?, CancellationToken, Task<Connection>> connect, NodeOptions options)
{
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>The first connection that any address gives; the others are called off.</summary>
    internal async Task<Connection> DialAsync(IReadOnlyList<Multiaddr> addresses, PeerId? expected, CancellationToken cancellationToken)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var failures = new List<(Multiaddr Address, Libp2pException Error)>();
        var running = new Dictionary<Task<Connection>, Multiaddr>();
        var queue = new Queue<Multiaddr>(addresses);
        while (queue.Count > 0 || running.Count > 0)
        {
            if (queue.TryDequeue(out var next))
            {
                running.Add(TryAsync(next, expected, calledOff.Token), next);
            }

            var turn = queue.Count > 0 ? Task.Delay(Stagger, options.Time, calledOff.Token) : Task.Delay(Timeout.Infinite, calledOff.Token);
            if (await Task.WhenAny([.. running.Keys, turn]).ConfigureAwait(false) is not Task<Connection> ended)
            {
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            running.Remove(ended, out var address);
            try
            {
                var connection = await ended.ConfigureAwait(false);
                await calledOff.CancelAsync().ConfigureAwait(false);
                await DropAsync(running.Keys).ConfigureAwait(false);
                return connection;
            }
            catch (Libp2pException e)
            {
                failures.Add((address!, e));
            }
        }

        throw failures is [var only]
            ? new Libp2pException(only.Error.Reason, $"Dialling '{only.Address}' failed: {only.Error.Message}", only.Error)
            : new Libp2pException(Libp2pReason.DialFailed, $"Every address failed:\n{string.Join('\n', failures.Select(f => $"{f.Address}: {f.Error.Message}"))}");
    }

    private static async Task DropAsync(IEnumerable<Task<Connection>> losers)
    {
        foreach (var loser in losers)
        {
            try
            {
                await (await loser.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is Libp2pException or OperationCanceledException)
            {
                // It lost the race in another way.
            }
        }
    }

    private async Task<Connection> TryAsync(Multiaddr address, PeerId? expected, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Limits.DialTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            Exception? last = null;
            foreach (var endPoint in await TcpAddress.ResolveAsync(address, either.Token).ConfigureAwait(false))
            {
                if (!options.DialsPrivate && TcpAddress.IsPrivate(endPoint.Address))
                {
                    last = new Libp2pException(Libp2pReason.NoAddress, $"{endPoint.Address} is of this machine or a private network, where this node does not dial.");
                    continue;
                }

                try
                {
                    return await connect(endPoint, expected ?? address.PeerId, either.Token).ConfigureAwait(false);
                }
                catch (SocketException e)
                {
                    last = e;
                }
            }

            throw new Libp2pException(Libp2pReason.DialFailed, last?.Message ?? "The name has no address.", last);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new Libp2pException(Libp2pReason.Timeout, $"No connection within {options.Limits.DialTimeout.TotalSeconds} s.", e);
        }
    }
}
