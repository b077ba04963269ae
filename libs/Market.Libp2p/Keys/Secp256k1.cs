using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;

namespace Market.Libp2p.Keys;

/// <summary>ECDSA as libp2p uses it: SHA-256, RFC 6979 nonces, strict DER, low S both ways.</summary>
internal static class Secp256k1
{
    // The custom curve is six times as fast as BouncyCastle's generic one.
    private static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("secp256k1");
    private static readonly ECDomainParameters Domain = new(Curve.Curve, Curve.G, Curve.N, Curve.H);
    private static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);

    internal static bool IsPrivateKey(ReadOnlySpan<byte> key)
    {
        var d = new BigInteger(1, key);
        return key.Length == 32 && d.SignValue > 0 && d.CompareTo(Curve.N) < 0;
    }

    internal static byte[] PublicKey(ReadOnlySpan<byte> privateKey) =>
        new FixedPointCombMultiplier().Multiply(Curve.G, new BigInteger(1, privateKey)).Normalize().GetEncoded(compressed: true);

    /// <summary>The point, or null when the bytes are not the compressed form of a point on the curve.</summary>
    internal static ECPublicKeyParameters? TryDecode(ReadOnlySpan<byte> compressed)
    {
        if (compressed.Length != 33 || compressed[0] is not (2 or 3))
        {
            return null;
        }

        try
        {
            return new ECPublicKeyParameters(Curve.Curve.DecodePoint(compressed.ToArray()), Domain);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    internal static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(new BigInteger(1, privateKey), Domain));
        var rs = signer.GenerateSignature(SHA256.HashData(message));
        var s = rs[1].CompareTo(HalfOrder) > 0 ? Curve.N.Subtract(rs[1]) : rs[1];
        var (r, t) = (rs[0].ToByteArray(), s.ToByteArray());
        return [0x30, (byte)(r.Length + t.Length + 4), 2, (byte)r.Length, .. r, 2, (byte)t.Length, .. t];
    }

    internal static bool Verify(ECPublicKeyParameters key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length is < 8 or > 72 || signature[0] != 0x30 || signature[1] != signature.Length - 2)
        {
            return false;
        }

        var rest = signature[2..];
        if (!TryInteger(ref rest, out var r) || !TryInteger(ref rest, out var s) || !rest.IsEmpty || s.CompareTo(HalfOrder) > 0)
        {
            return false;
        }

        var verifier = new ECDsaSigner();
        verifier.Init(false, key);
        return verifier.VerifySignature(SHA256.HashData(message), r, s);
    }

    private static bool TryInteger(ref ReadOnlySpan<byte> rest, out BigInteger value)
    {
        value = BigInteger.Zero;
        if (rest.Length < 3 || rest[0] != 2 || rest[1] is 0 or > 33 || rest.Length < 2 + rest[1])
        {
            return false;
        }

        var bytes = rest.Slice(2, rest[1]);
        rest = rest[(2 + bytes.Length)..];
        var padded = bytes.Length > 1 && bytes[0] == 0 && bytes[1] < 0x80;
        if (bytes[0] >= 0x80 || padded)
        {
            return false;
        }

        value = new BigInteger(1, bytes);
        return true;
    }
}
