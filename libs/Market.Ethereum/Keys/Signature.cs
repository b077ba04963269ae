using Org.BouncyCastle.Math.EC;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace Market.Ethereum.Keys;

/// <summary>An ECDSA signature of a 32-byte hash, from which the signer's key can be recovered.</summary>
/// <param name="R">The point's x coordinate.</param>
/// <param name="S">At most half of the curve's order (EIP-2).</param>
/// <param name="YParity">Which of the two points with that x: 0 or 1.</param>
public readonly record struct Signature(Hash256 R, Hash256 S, byte YParity)
{
    /// <summary>Reads the 65 bytes r, s, v that wallets exchange, where v is 27 or 28, or 0 or 1.</summary>
    /// <param name="bytes">The signature.</param>
    /// <exception cref="EthereumException">Another length or another v.</exception>
    public static Signature FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 65 || bytes[64] is not (0 or 1 or 27 or 28))
        {
            throw new EthereumException($"A signature of {bytes.Length} bytes; expected 65: r, s, and v of 27 or 28.");
        }

        return new Signature(new Hash256(bytes[..32]), new Hash256(bytes[32..64]), (byte)(bytes[64] % 27));
    }

    /// <summary>The 65 bytes r, s, v with v of 27 or 28.</summary>
    public byte[] ToArray() => [.. R.ToArray(), .. S.ToArray(), (byte)(27 + YParity)];

    /// <summary>The key that signed <paramref name="hash"/>, or null where no key can have given this signature (SEC 1, section 4.1.6; s above half of the order is refused as by EIP-2).</summary>
    /// <param name="hash">What was signed.</param>
    public PublicKey? Recover(Hash256 hash)
    {
        BigInteger r = Secp256k1.Read(R.ToArray()), s = Secp256k1.Read(S.ToArray());
        if (r.SignValue == 0 || r.CompareTo(Secp256k1.Order) >= 0 || s.SignValue == 0 || s.CompareTo(Secp256k1.HalfOrder) > 0 || YParity > 1)
        {
            return null;
        }

        ECPoint point;
        try
        {
            point = Secp256k1.Curve.Curve.DecodePoint([(byte)(2 + YParity), .. R.ToArray()]);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or ArithmeticException)
        {
            return null;
        }

        BigInteger inverse = r.ModInverse(Secp256k1.Order);
        BigInteger z = Secp256k1.Read(hash.ToArray());
        ECPoint key = ECAlgorithms.SumOfTwoMultiplies(
            Secp256k1.Curve.G, z.Negate().Multiply(inverse).Mod(Secp256k1.Order), point, s.Multiply(inverse).Mod(Secp256k1.Order)).Normalize();
        return key.IsInfinity ? null : new PublicKey(key);
    }
}
