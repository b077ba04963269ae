namespace Market.Libp2p;

/// <summary>The kinds of identity key that this library accepts; RSA and ECDSA are refused on purpose.</summary>
/// <remarks>
/// Both have keys short enough to sit inside the peer id, so an id alone proves its key. RSA keys of peers are a known
/// way to burn a verifier's time (CVE-2023-39533).
/// </remarks>
public enum KeyType
{
    /// <summary>Ed25519, 32-byte public keys.</summary>
    Ed25519 = 1,

    /// <summary>ECDSA on secp256k1 over SHA-256, 33-byte compressed public keys.</summary>
    Secp256k1 = 2,
}
