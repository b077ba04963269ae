using Org.BouncyCastle.Crypto.Digests;

namespace Market.Ethereum;

/// <summary>Keccak-256 with Ethereum's padding (Yellow Paper, "KEC"): not SHA3-256, which pads otherwise.</summary>
public static class Keccak256
{
    /// <summary>The hash of some bytes.</summary>
    /// <param name="bytes">Any bytes.</param>
    public static Hash256 Hash(ReadOnlySpan<byte> bytes)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(bytes);
        Span<byte> hash = stackalloc byte[Hash256.Size];
        digest.DoFinal(hash);
        return new Hash256(hash);
    }
}
