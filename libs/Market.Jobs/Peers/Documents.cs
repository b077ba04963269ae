using Market.Libp2p;
using Market.Protocol.Ids;

namespace Market.Jobs.Peers;

/// <summary>Asks peers for profiles, evidence and result manifests, and hands them out. docs/protocol.md has the wire format.</summary>
/// <remarks>
/// A request is <c>u8 kind ‖ id(32)</c>, the answer <c>u8 found ‖ u32 bytes ‖ the document</c>, big-endian. One request a stream.
/// What comes is checked by whoever asked: by digest, or by the root on chain.
/// </remarks>
public static class Documents
{
    /// <summary>The libp2p protocol.</summary>
    public const string Protocol = "/market/document/1";

    /// <summary>Starts answering; ends with the node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="find">The document for a peer, or null if there is none, or none that this peer may have now.</param>
    public static void Serve(Node node, Func<PeerId, DocumentKind, Bytes32, CancellationToken, Task<byte[]?>> find)
    {
        ArgumentNullException.ThrowIfNull(node);
        Questions.Serve(node, Protocol, 1 + Bytes32.Length, (peer, request, stop) => find(peer, (DocumentKind)request[0], new Bytes32(request.AsSpan(1)), stop));
    }

    /// <summary>Asks a peer; null if it has none, or none for us now.</summary>
    /// <param name="node">Our node.</param>
    /// <param name="peer">Whom to ask.</param>
    /// <param name="kind">What.</param>
    /// <param name="id">Which.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Libp2pException">The peer cannot be reached or cuts the stream.</exception>
    /// <exception cref="JobException">It answers with too much, too little, or too late.</exception>
    public static Task<byte[]?> AskAsync(Node node, PeerId peer, DocumentKind kind, Bytes32 id, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Questions.AskAsync(node, peer, Protocol, [(byte)kind, .. id.ToArray()], $"{kind}", limit, cancellationToken);
    }
}
