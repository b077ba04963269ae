using System.Buffers.Binary;
using System.Text;
using Market.Chain;
using Market.Ethereum.Keys;
using Market.Libp2p;
using Market.Protocol.Money;

namespace Market.Jobs.Peers;

/// <summary>Tells a node what its owner signed for it. docs/protocol.md has the wire format.</summary>
/// <remarks>A request is <c>u64 least reward ‖ u64 signed at ‖ signature(65)</c>, the answer that of <see cref="Documents"/>: none if it is taken, else why not.</remarks>
public static class OwnerSettings
{
    /// <summary>The libp2p protocol.</summary>
    public const string Protocol = "/market/setting/1";

    private const int SignatureAt = 16;
    private const int RequestBytes = SignatureAt + 65;
    private const int MostReasonBytes = 1024;

    /// <summary>Starts taking settings; ends with the node.</summary>
    /// <param name="peer">The node.</param>
    /// <param name="take">Takes one, or says why not.</param>
    public static void Serve(PeerNode peer, Func<OwnerSetting, Signature, string?> take)
    {
        ArgumentNullException.ThrowIfNull(peer);
        Questions.Serve(peer.Node, Protocol, RequestBytes, (_, request, _) => Task.FromResult(
            request[^1] is 27 or 28
                ? take(Read(peer, request), Signature.FromBytes(request.AsSpan(SignatureAt))) is { } reason ? Encoding.UTF8.GetBytes(reason) : null
                : "The signature's last byte is not 27 or 28."u8.ToArray()));
    }

    /// <summary>Tells a node.</summary>
    /// <param name="node">Our node.</param>
    /// <param name="peer">The node that it is for.</param>
    /// <param name="setting">What its owner wants.</param>
    /// <param name="signature">The owner's signature.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Why the node does not take it; null if it does.</returns>
    /// <exception cref="Libp2pException">The node cannot be reached, or is of a version that takes no settings.</exception>
    /// <exception cref="JobException">It does not answer in time, or with too much.</exception>
    public static async Task<string?> TellAsync(Node node, PeerId peer, OwnerSetting setting, Signature signature, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(setting);
        var request = new byte[RequestBytes];
        BinaryPrimitives.WriteUInt64BigEndian(request, setting.LeastReward.Value);
        BinaryPrimitives.WriteUInt64BigEndian(request.AsSpan(8), setting.SignedAt);
        signature.ToArray().CopyTo(request, SignatureAt);
        var reason = await Questions.AskAsync(node, peer, Protocol, request, "answer", MostReasonBytes, cancellationToken).ConfigureAwait(false);
        return reason is null ? null : Encoding.UTF8.GetString(reason);
    }

    private static OwnerSetting Read(PeerNode peer, ReadOnlySpan<byte> request) => new(
        peer.Account.Address, new Units(BinaryPrimitives.ReadUInt64BigEndian(request)), BinaryPrimitives.ReadUInt64BigEndian(request[8..]));
}
