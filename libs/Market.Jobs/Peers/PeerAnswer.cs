using Market.Chain.State;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Protocol.Providers;

namespace Market.Jobs.Peers;

/// <summary>What the node of a stake answered when it was asked whether it is there and what machine it is.</summary>
/// <param name="Time">How long one ping took; null if it did not answer.</param>
/// <param name="Profile">The profile whose digest it published; null if it gave none, or another one.</param>
/// <param name="Trouble">Why it did not answer; null if it did.</param>
/// <param name="Status">How it stands, as it says; null if it does not.</param>
/// <param name="Refused">The newest jobs that it did not take, as it says; null if it does not.</param>
public sealed record PeerAnswer(TimeSpan? Time, HardwareProfile? Profile, string? Trouble, NodeStatus? Status = null, RefusedJobs? Refused = null)
{
    /// <summary>Asks the node of a stake.</summary>
    /// <param name="node">Who asks.</param>
    /// <param name="state">Knows what accounts published.</param>
    /// <param name="stake">Whose node.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public static async Task<PeerAnswer> AskAsync(Node node, MarketState state, StakeRecord stake, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(stake);
        if (PeerAccounts.Find(node, state, stake.NodeKey) is not { } peer || state.Profiles.GetValueOrDefault(stake.NodeKey) is not { } published)
        {
            return new PeerAnswer(null, null, "It published no address.");
        }

        try
        {
            var time = await node.PingAsync(peer, cancellationToken).ConfigureAwait(false);
            var profile = await ProfileAsync(node, peer, published, cancellationToken).ConfigureAwait(false);
            var status = await ReadAsync(node, peer, DocumentKind.Status, NodeStatus.LargestBytes, bytes => NodeStatus.Read(bytes).Document, cancellationToken).ConfigureAwait(false);
            var refused = await ReadAsync(node, peer, DocumentKind.Refused, RefusedJobs.LargestBytes, bytes => RefusedJobs.Read(bytes).Document, cancellationToken).ConfigureAwait(false);
            return new PeerAnswer(time, profile, null, status, refused);
        }
        catch (Exception e) when (e is Libp2pException or JobException)
        {
            return new PeerAnswer(null, null, e.Message);
        }
    }

    private static async Task<T?> ReadAsync<T>(Node node, PeerId peer, DocumentKind kind, int limit, Func<byte[], T?> read, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = await Documents.AskAsync(node, peer, kind, default, limit, cancellationToken).ConfigureAwait(false);
        return bytes is null ? null : read(bytes);
    }

    private static async Task<HardwareProfile?> ProfileAsync(Node node, PeerId peer, Profile published, CancellationToken cancellationToken)
    {
        var digest = new Bytes32(published.Digest.ToArray());
        var bytes = await Documents.AskAsync(node, peer, DocumentKind.Profile, digest, HardwareProfile.LargestBytes, cancellationToken).ConfigureAwait(false);
        return bytes is not null && HardwareProfile.Read(bytes).Document is { } profile && profile.Digest().Value == digest ? profile : null;
    }
}
