using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Market.Onnx.Digests;

/// <summary>SHA-256 of a prefix and a body, many times over short bodies.</summary>
/// <remarks>
/// .NET's one-shot hash costs about 300 ns before the first byte, half of what 2,048 bytes take. OpenSSL's older functions,
/// which every OpenSSL 3 still has, cost a tenth of that; where they are absent, or do not give the same digests, .NET's are used.
/// </remarks>
internal static unsafe class Sha256
{
    // SHA256_CTX is 112 bytes in every OpenSSL 3.
    private const int ContextSize = 256;

    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, int> Init;
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, nuint, int> Update;
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, int> Final;

    static Sha256()
    {
        if (NativeLibrary.TryLoad("libcrypto.so.3", out nint library)
            && NativeLibrary.TryGetExport(library, "SHA256_Init", out nint init)
            && NativeLibrary.TryGetExport(library, "SHA256_Update", out nint update)
            && NativeLibrary.TryGetExport(library, "SHA256_Final", out nint final))
        {
            Init = (delegate* unmanaged[SuppressGCTransition]<byte*, int>)init;
            Update = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, nuint, int>)update;
            Final = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, int>)final;
            var (left, right) = (Hash([1]), Hash([2]));
            if (Pair(1, left, right) != new Digest(SHA256.HashData([1, .. left.ToArray(), .. right.ToArray()])))
            {
                Final = null;
            }
        }
    }

    [SkipLocalsInit]
    public static Digest Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body = default)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        if (Final == null)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(prefix);
            hash.AppendData(body);
            hash.GetHashAndReset(digest);
            return new Digest(digest);
        }

        byte* context = stackalloc byte[ContextSize];
        fixed (byte* first = prefix, second = body, result = digest)
        {
            Init(context);
            Update(context, first, (nuint)prefix.Length);
            if (!body.IsEmpty)
            {
                Update(context, second, (nuint)body.Length);
            }

            Final(result, context);
        }

        return new Digest(digest);
    }

    /// <summary>The hash of one byte and two digests: an inner node of a tree.</summary>
    /// <remarks>Padded here (FIPS 180-4, 5.1.1), its two blocks are one call, and the digest is in the state that the context begins with.</remarks>
    [SkipLocalsInit]
    public static Digest Pair(byte kind, Digest left, Digest right)
    {
        const int Length = 1 + (2 * Digest.Size);
        byte* bytes = stackalloc byte[128];
        var message = new Span<byte>(bytes, 128);
        message[0] = kind;
        left.CopyTo(message[1..]);
        right.CopyTo(message[(1 + Digest.Size)..]);
        if (Final == null)
        {
            return Hash(message[..Length]);
        }

        message[Length..].Clear();
        message[Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(message[^sizeof(long)..], 8 * Length);
        byte* context = stackalloc byte[ContextSize];
        Init(context);
        Update(context, bytes, 128);
        return Digest.OfState(new ReadOnlySpan<uint>(context, 8));
    }
}
