using NSec.Cryptography;

namespace Market.Libp2p.Noise;

/// <summary>An X25519 key pair for one process (static) or one handshake (ephemeral); never stored.</summary>
internal sealed class X25519Key : IDisposable
{
    internal const int Size = 32;
    private readonly Key _key;

    private X25519Key(Key key)
    {
        _key = key;
        Public = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    internal byte[] Public { get; }

    internal static X25519Key Generate() => new(Key.Create(KeyAgreementAlgorithm.X25519));

    internal static X25519Key Import(ReadOnlySpan<byte> privateKey) =>
        new(Key.Import(KeyAgreementAlgorithm.X25519, privateKey, KeyBlobFormat.RawPrivateKey));

    /// <summary>The shared secret; refuses points of small order, whose secret everybody knows.</summary>
    internal byte[] Agree(ReadOnlySpan<byte> other)
    {
        if (!NSec.Cryptography.PublicKey.TryImport(KeyAgreementAlgorithm.X25519, other, KeyBlobFormat.RawPublicKey, out var point))
        {
            throw new Libp2pException(Libp2pReason.Security, "The Noise key of the other end is no X25519 point.");
        }

        var export = new SharedSecretCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        using var secret = KeyAgreementAlgorithm.X25519.Agree(_key, point!, export)
            ?? throw new Libp2pException(Libp2pReason.Security, "The Noise key of the other end is a point of small order.");
        return secret.Export(SharedSecretBlobFormat.RawSharedSecret);
    }

    public void Dispose() => _key.Dispose();
}
