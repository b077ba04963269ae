using Market.Chain;
using Market.Ethereum.Keys;
using Market.Libp2p;

namespace Market.Jobs.Peers;

/// <summary>How a <see cref="PeerNode"/> is set up.</summary>
/// <param name="Deployment">The market.</param>
/// <param name="Key">The account that acts; its key is the libp2p identity too. It stays the caller's to dispose, after the node.</param>
/// <param name="DataFolder">Where blobs and journals are.</param>
public sealed record PeerNodeOptions(Deployment Deployment, PrivateKey Key, string DataFolder)
{
    /// <summary>The chain's endpoint; null for the deployment's own.</summary>
    public Uri? Rpc { get; init; }

    /// <summary>Where to listen. Default nowhere: the node only dials.</summary>
    public IReadOnlyList<Multiaddr> Listen { get; init; } = [];

    /// <summary>Whether to dial addresses of private networks that others published. Default: on a development chain only, so that nobody sends this node to dial its owner's machines.</summary>
    public bool DialsPrivate { get; init; }

    /// <summary>Addresses to publish instead of those listened on.</summary>
    public IReadOnlyList<Multiaddr> Announce { get; init; } = [];

    /// <summary>Where blobs are; null for <c>blobs</c> in the data folder.</summary>
    public string? BlobFolder { get; init; }

    /// <summary>The most room that blobs may take, in bytes. Default 20 GiB.</summary>
    public long StoreBytes { get; init; } = 20L << 30;

    /// <summary>How many blocks to stay behind the chain's head. Default 0.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>Whether jobs that ended long ago leave its view of the chain, for whoever keeps them elsewhere. Default: they stay.</summary>
    public bool ForgetsEnded { get; init; }

    /// <summary>Gets lines of what happens, for people.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
