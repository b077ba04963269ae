using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math.EC;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace Market.Ethereum.Keys;

/// <summary>The curve (SEC 2, section 2.4.1), from BouncyCastle's fast field arithmetic.</summary>
internal static class Secp256k1
{
    public static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("secp256k1");
    public static readonly BigInteger Order = Curve.N;
    public static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);

    public static ECPoint MultiplyBase(BigInteger scalar) => Curve.G.Multiply(scalar).Normalize();

    /// <summary>A number's 32 bytes, big-endian.</summary>
    public static void Write(BigInteger number, Span<byte> destination)
    {
        destination.Clear();
        number.ToByteArrayUnsigned(destination[(32 - number.GetLengthofByteArrayUnsigned())..]);
    }

    public static BigInteger Read(ReadOnlySpan<byte> bytes) => new(1, bytes);
}
