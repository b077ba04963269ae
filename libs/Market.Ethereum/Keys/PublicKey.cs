using Org.BouncyCastle.Math.EC;

namespace Market.Ethereum.Keys;

/// <summary>A point of secp256k1 that is not the one at infinity.</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    private readonly ECPoint _point;

    internal PublicKey(ECPoint point)
    {
        _point = point;
        Address = new Address(Keccak256.Hash(Uncompressed().AsSpan(1)).ToArray().AsSpan(12));
    }

    /// <summary>The account that the key controls: the last 20 bytes of the hash of its coordinates (Yellow Paper, appendix F).</summary>
    public Address Address { get; }

    /// <summary>Reads a point as SEC 1 section 2.3.4 writes it: 33 bytes compressed or 65 uncompressed.</summary>
    /// <param name="bytes">The point.</param>
    /// <exception cref="EthereumException">It is not a point of the curve.</exception>
    public static PublicKey FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (!(bytes.Length == 33 && bytes[0] is 2 or 3) && !(bytes.Length == 65 && bytes[0] == 4))
        {
            throw new EthereumException($"A public key of {bytes.Length} bytes; expected 33 that begin with 02 or 03, or 65 that begin with 04.");
        }

        try
        {
            return new PublicKey(Secp256k1.Curve.Curve.DecodePoint(bytes));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or ArithmeticException)
        {
            throw new EthereumException("The public key is not a point of secp256k1.", e);
        }
    }

    /// <summary>33 bytes: 02 or 03, and the x coordinate.</summary>
    public byte[] Compressed() => _point.GetEncoded(true);

    /// <summary>65 bytes: 04, and both coordinates.</summary>
    public byte[] Uncompressed() => _point.GetEncoded(false);

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && _point.Equals(other._point);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode();

    /// <summary>The compressed point in hexadecimal.</summary>
    public override string ToString() => Hex.Encode(Compressed());
}
