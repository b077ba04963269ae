using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Signers;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace Market.Ethereum.Keys;

/// <summary>A secret number of secp256k1. It prints as its address, never as itself, and is wiped when disposed.</summary>
/// <remarks>Safe for use by several threads until disposed.</remarks>
public sealed class PrivateKey : IDisposable
{
    private readonly byte[] _secret;
    private bool _disposed;

    /// <param name="secret">32 bytes, big-endian, from 1 to the curve's order less one; copied.</param>
    /// <exception cref="EthereumException">Another length, or out of that range.</exception>
    public PrivateKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != 32)
        {
            throw new EthereumException($"A private key of {secret.Length} bytes; expected 32.");
        }

        BigInteger number = Secp256k1.Read(secret);
        if (number.SignValue == 0 || number.CompareTo(Secp256k1.Order) >= 0)
        {
            throw new EthereumException("The private key is zero or not below the order of secp256k1.");
        }

        _secret = secret.ToArray();
        PublicKey = new PublicKey(Secp256k1.MultiplyBase(number));
    }

    /// <summary>The key that others may know.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The account that this key controls.</summary>
    public Address Address => PublicKey.Address;

    /// <summary>A new key from the system's random numbers.</summary>
    public static PrivateKey Generate()
    {
        Span<byte> secret = stackalloc byte[32];
        while (true)
        {
            RandomNumberGenerator.Fill(secret);
            BigInteger number = Secp256k1.Read(secret);
            if (number.SignValue > 0 && number.CompareTo(Secp256k1.Order) < 0)
            {
                var key = new PrivateKey(secret);
                CryptographicOperations.ZeroMemory(secret);
                return key;
            }
        }
    }

    /// <summary>Reads a key as <c>0x</c> and 64 digits. The message of a refusal never repeats the text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="EthereumException">It is something else.</exception>
    public static PrivateKey Parse(string text)
    {
        Span<byte> secret = stackalloc byte[32];
        if (!Hex.TryDecode(text, secret) && !Hex.TryDecode("0x" + text, secret))
        {
            throw new EthereumException($"The private key's text has {text?.Length ?? 0} characters that are not 0x and 64 hexadecimal digits.");
        }

        var key = new PrivateKey(secret);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    /// <summary>Signs a hash: deterministic nonce of RFC 6979 with SHA-256, s in the lower half (EIP-2).</summary>
    /// <param name="hash">What to sign.</param>
    public Signature Sign(Hash256 hash)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        byte[] message = hash.ToArray();
        BigInteger secret = Secp256k1.Read(_secret), z = Secp256k1.Read(message);
        var nonces = new HMacDsaKCalculator(new Sha256Digest());
        nonces.Init(Secp256k1.Order, secret, message);
        while (true)
        {
            BigInteger k = nonces.NextK();
            ECPoint point = Secp256k1.MultiplyBase(k);
            BigInteger x = point.AffineXCoord.ToBigInteger(), r = x.Mod(Secp256k1.Order);
            BigInteger s = k.ModInverse(Secp256k1.Order).Multiply(z.Add(secret.Multiply(r))).Mod(Secp256k1.Order);
            // An x beyond the order (chance 2^-127) would need a recovery number that transactions cannot carry.
            if (r.SignValue == 0 || s.SignValue == 0 || x.CompareTo(Secp256k1.Order) >= 0)
            {
                continue;
            }

            bool odd = point.AffineYCoord.TestBitZero();
            if (s.CompareTo(Secp256k1.HalfOrder) > 0)
            {
                (s, odd) = (Secp256k1.Order.Subtract(s), !odd);
            }

            return new Signature(ToHash(r), ToHash(s), odd ? (byte)1 : (byte)0);
        }
    }

    /// <summary>Copies the secret out, for a keystore or another library's key. The caller wipes the copy.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    public void CopySecretTo(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _secret.CopyTo(destination);
    }

    /// <summary>Wipes the secret.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_secret);
    }

    /// <summary>The address: the secret is never printed.</summary>
    public override string ToString() => $"key of {Address}";

    private static Hash256 ToHash(BigInteger number)
    {
        Span<byte> bytes = stackalloc byte[32];
        Secp256k1.Write(number, bytes);
        return new Hash256(bytes);
    }
}
