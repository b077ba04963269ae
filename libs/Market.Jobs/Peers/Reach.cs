using Market.Chain.State;
using Market.Libp2p;

namespace Market.Jobs.Peers;

/// <summary>Keeps in touch with everybody who may take jobs: their data is fetched over connections that we open, so that who offers it needs no address of its own.</summary>
/// <param name="peer">Our node.</param>
public sealed class Reach(PeerNode peer)
{
    private const int MostDialled = 64;
    private readonly Dictionary<uint, Task> _dialling = [];

    /// <summary>Dials whoever has a stake and is not connected, each once at a time, and does not wait. To be called with every block.</summary>
    /// <param name="state">Says who has a stake, and where.</param>
    /// <param name="cancellationToken">Stops dialling.</param>
    public void Dial(MarketState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        var connected = peer.Node.Peers.Select(p => PeerAccounts.AccountOf(p.Peer)).ToHashSet();
        foreach (var stake in state.Stakes.Values.Where(s => !s.Slashed && !connected.Contains(s.NodeKey)).Take(MostDialled))
        {
            if (_dialling.TryGetValue(stake.Id, out var running) && !running.IsCompleted)
            {
                continue;
            }

            if (PeerAccounts.Find(peer.Node, state, stake.NodeKey) is { } found && found != peer.Node.PeerId)
            {
                _dialling[stake.Id] = DialAsync(found, cancellationToken);
            }
        }
    }

    private async Task DialAsync(PeerId found, CancellationToken cancellationToken)
    {
        try
        {
            await peer.Node.DialAsync(found, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Libp2pException or OperationCanceledException)
        {
            // It is tried again with a later block.
        }
    }
}
