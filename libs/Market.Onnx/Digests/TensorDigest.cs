using System.Buffers.Binary;
using Market.Onnx.Tensors;

namespace Market.Onnx.Digests;

/// <summary>The canonical digest of a tensor: the same for the same values on every machine (docs/results.md).</summary>
public static class TensorDigest
{
    /// <summary>How many payload bytes a leaf of a tensor's tree holds.</summary>
    /// <remarks>Half the size makes openings on chain cheaper but hashing slower than four fifths of plain SHA-256.</remarks>
    public const int ChunkSize = 2048;

    /// <summary>The digest of a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="TensorException">Its payload is not what its type and dimensions say.</exception>
    public static Digest Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Of(tensor.Type, tensor.Dims, tensor.Data.Span);
    }

    /// <inheritdoc cref="Of(Tensor)"/>
    internal static Digest Of(ElementType type, long[] dims, ReadOnlySpan<byte> data)
    {
        TensorSize.Check(type, dims, data);
        ReadOnlySpan<byte> payload = CanonicalElements.Unpacked(type, dims, data);
        Digest chunks = ChunkRoot(type, payload, out uint scale);
        Span<byte> header = stackalloc byte[3 + (8 * TensorSize.MostRank) + 8 + 4 + Digest.Size];
        header[0] = 2;
        header[1] = (byte)type;
        header[2] = (byte)dims.Length;
        Span<byte> rest = header[3..];
        foreach (long dim in dims)
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, dim);
            rest = rest[8..];
        }

        BinaryPrimitives.WriteInt64BigEndian(rest, payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(rest[8..], scale);
        chunks.CopyTo(rest[12..]);
        return Sha256.Hash(header[..(header.Length - rest.Length + 12 + Digest.Size)]);
    }

    /// <summary>The digest of a task's outputs, in the order in which the model declares them.</summary>
    /// <param name="outputs">The outputs.</param>
    /// <exception cref="TensorException">There are none, or one is not what its type and dimensions say.</exception>
    public static Digest Of(TensorMap outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count == 0)
        {
            throw new TensorException("No outputs; expected at least one.");
        }

        Digest[] leaves = [.. outputs.Select(o => NamedDigest(o.Key, Of(o.Value)))];
        return MerkleTree.Root(leaves);
    }

    /// <summary>The siblings of one of a task's outputs, up to the digest of all.</summary>
    /// <param name="outputs">The outputs.</param>
    /// <param name="output">The output's place.</param>
    public static IReadOnlyList<Digest> ProofOf(TensorMap outputs, int output)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return MerkleTree.Path([.. outputs.Select(o => NamedDigest(o.Key, Of(o.Value)))], output);
    }

    private static Digest NamedDigest(string name, Digest value)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(name);
        byte[] bytes = new byte[5 + text.Length + Digest.Size];
        bytes[0] = 6;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), text.Length);
        text.CopyTo(bytes, 5);
        value.CopyTo(bytes.AsSpan(5 + text.Length));
        return Sha256.Hash(bytes);
    }

    /// <remarks>
    /// Hardly any payload needs a change, and what was just hashed is in the nearest cache when it is looked at: so a chunk is
    /// hashed first, and again only if it was not in canonical form. Where one was not, the next is looked at first.
    /// </remarks>
    private static Digest ChunkRoot(ElementType type, ReadOnlySpan<byte> payload, out uint scale)
    {
        var leaves = new Digest[Math.Max(1, (payload.Length + ChunkSize - 1) / ChunkSize)];
        Span<byte> prefix = stackalloc byte[13];
        bool lookFirst = false;
        scale = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            ReadOnlySpan<byte> chunk = payload[(i * ChunkSize)..Math.Min(payload.Length, (i + 1) * ChunkSize)];
            BinaryPrimitives.WriteInt64BigEndian(prefix[1..], i);
            BinaryPrimitives.WriteInt32BigEndian(prefix[9..], chunk.Length);
            if (!lookFirst)
            {
                leaves[i] = Sha256.Hash(prefix, chunk);
            }

            ReadOnlySpan<byte> canonical = CanonicalElements.Of(type, chunk, ref scale);
            bool changed = canonical != chunk;
            if (lookFirst || changed)
            {
                leaves[i] = Sha256.Hash(prefix, canonical);
            }

            lookFirst = changed;
        }

        return MerkleTree.Root(leaves);
    }
}
