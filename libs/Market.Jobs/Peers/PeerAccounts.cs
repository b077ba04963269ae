using Market.Chain.State;
using Market.Ethereum;
using Market.Libp2p;

namespace Market.Jobs.Peers;

/// <summary>Which account a peer is: an account's key is its libp2p identity, so that nobody can pose as another's node.</summary>
public static class PeerAccounts
{
    private const int MostAddresses = 8;
    private const int MostVisitors = 16;

    /// <summary>The account of a peer, or null if its key is of no account's kind.</summary>
    public static Address? AccountOf(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.TryGetPublicKey(out var key) && key.Type == KeyType.Secp256k1 ? Ethereum.Keys.PublicKey.FromBytes(key.Data).Address : null;
    }

    /// <summary>The libp2p identity of an account's key.</summary>
    public static Identity IdentityOf(Ethereum.Keys.PrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> secret = stackalloc byte[32];
        key.CopySecretTo(secret);
        try
        {
            return Identity.FromSecp256k1PrivateKey(secret);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>How an account's peer can be reached: its id if it is connected or published addresses, else null.</summary>
    /// <param name="node">The node that will open streams; it learns the addresses.</param>
    /// <param name="state">Knows what accounts published.</param>
    /// <param name="account">Whom to find.</param>
    public static PeerId? Find(Node node, MarketState state, Address account)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(state);
        var connected = node.Peers.Select(p => p.Peer).FirstOrDefault(peer => AccountOf(peer) == account);
        if (connected is not null)
        {
            return connected;
        }

        if (state.Profiles.GetValueOrDefault(account) is not { } profile)
        {
            return null;
        }

        PeerId? found = null;
        foreach (var text in profile.Addresses.Split(',', MostAddresses))
        {
            if (Multiaddr.TryParse(text, out var address) && address.PeerId is { } id && AccountOf(id) == account)
            {
                node.AddAddresses(id, [address]);
                found = id;
            }
        }

        return found;
    }

    /// <summary>
    /// Who may have a job's bundle, best first: its requester, everybody who claimed a seat, and peers that came to us without a stake.
    /// A requester without a node of its own has others offer its data, who dial us as it would: what they send is named by its digest,
    /// so that it does not matter who they are.
    /// </summary>
    public static IReadOnlyList<PeerId> SourcesOf(Node node, MarketState state, JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(job);
        var holders = job.Seats.Where(s => s.Provider != 0).Select(s => state.Stakes.GetValueOrDefault(s.Provider)).OfType<StakeRecord>().Select(s => s.NodeKey);
        var known = holders.Prepend(job.Spec.Requester).Select(account => Find(node, state, account)).OfType<PeerId>();
        var visitors = node.Peers.Select(p => p.Peer).Where(peer => AccountOf(peer) is { } account && state.StakeOfNode(account) is null).Take(MostVisitors);
        return [.. known.Concat(visitors).Where(p => p != node.PeerId).Distinct()];
    }
}
