using System.Text;
using Market.Libp2p.Wire;

namespace Market.Libp2p.Noise;

/// <summary>A node's static Noise key and the payload by which its identity vouches for it, made once per node.</summary>
internal sealed class NoiseIdentity : IDisposable
{
    private const int MostMuxers = 16;
    private static readonly byte[] Context = Encoding.ASCII.GetBytes("noise-libp2p-static-key:");

    internal NoiseIdentity(Identity identity, IEnumerable<string> muxers)
    {
        PeerId = identity.PeerId;
        Static = X25519Key.Generate();
        var extensions = new ProtoWriter();
        foreach (var muxer in muxers)
        {
            extensions.Text(2, muxer);
        }

        Payload = new ProtoWriter()
            .Bytes(1, identity.PublicKey.Encode())
            .Bytes(2, identity.Sign([.. Context, .. Static.Public]))
            .Bytes(4, extensions.Written).Written.ToArray();
    }

    internal PeerId PeerId { get; }

    internal X25519Key Static { get; }

    internal byte[] Payload { get; }

    /// <summary>Checks what the other end claims: a key that we accept, its signature over the Noise key, the id we want.</summary>
    /// <param name="payload">The decrypted payload.</param>
    /// <param name="remoteStatic">The other end's Noise key of this same handshake.</param>
    /// <param name="expected">The id that was dialled, or null for any.</param>
    internal (PeerId Peer, string[] Muxers) Verify(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> remoteStatic, PeerId? expected)
    {
        ReadOnlySpan<byte> encodedKey = default, signature = default, extensions = default;
        var reader = new ProtoReader(payload);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    encodedKey = reader.Bytes;
                    break;
                case 2:
                    signature = reader.Bytes;
                    break;
                case 4:
                    extensions = reader.Bytes;
                    break;
            }
        }

        // The cheap checks come first: a stranger pays for his connection before we pay for a verification.
        var key = PublicKey.Decode(encodedKey);
        var peer = PeerId.FromPublicKey(key);
        if (expected is not null && !expected.Matches(key))
        {
            throw new Libp2pException(Libp2pReason.WrongPeer, $"The other end proves peer id {peer}, expected {expected}.");
        }

        if (peer.Equals(PeerId))
        {
            throw new Libp2pException(Libp2pReason.WrongPeer, $"The other end has this node's own peer id {peer}.");
        }

        if (!key.Verify([.. Context, .. remoteStatic], signature))
        {
            throw new Libp2pException(Libp2pReason.Security, $"The signature by which peer {peer} vouches for its Noise key is not valid.");
        }

        return (peer, Muxers(extensions));
    }

    public void Dispose() => Static.Dispose();

    private static string[] Muxers(ReadOnlySpan<byte> extensions)
    {
        var muxers = new List<string>();
        var reader = new ProtoReader(extensions);
        while (reader.Next())
        {
            if (reader.Field == 2 && muxers.Count < MostMuxers)
            {
                muxers.Add(reader.Text);
            }
        }

        return [.. muxers];
    }
}
