using System.Buffers.Binary;
using System.Collections.Immutable;
using Market.Onnx.Tensors;

namespace Market.Onnx.Digests;

/// <summary>A tensor's header and the chunks that hold some of its elements, as a contract checks them (docs/judging.md, "Openings").</summary>
/// <param name="Header">The preimage of the tensor's digest.</param>
/// <param name="Runs">Neighbouring chunks each, in ascending order.</param>
public sealed record TensorOpening(ReadOnlyMemory<byte> Header, ImmutableArray<ChunkRun> Runs)
{
    /// <summary>The most chunks of one tensor that a contract reads.</summary>
    public const int MostChunks = 32;

    /// <summary>How many chunks it opens.</summary>
    public int Chunks => Runs.Sum(run => Math.Max(1, (run.Data.Length + TensorDigest.ChunkSize - 1) / TensorDigest.ChunkSize));

    /// <summary>Opens some elements.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="elements">Their places; null for all.</param>
    public static TensorOpening Of(Tensor tensor, IEnumerable<long>? elements)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        uint scale = 0;
        var payload = CanonicalElements.Of(tensor.Type, CanonicalElements.Unpacked(tensor.Type, tensor.Dims, tensor.Data.Span), ref scale).ToArray();
        var leaves = Leaves(payload);
        var count = tensor.Dims.Aggregate(1L, (product, dim) => product * dim);
        var width = count == 0 ? 1 : (int)Math.Max(1, payload.Length / count);
        var chunks = elements is null ? Enumerable.Range(0, leaves.Length) : elements.Select(e => (int)(e * width / TensorDigest.ChunkSize)).Distinct().Order();
        return new TensorOpening(HeaderOf(tensor, payload.Length, scale, MerkleTree.Root([.. leaves])), [.. RunsOf(payload, leaves, chunks)]);
    }

    private static IEnumerable<ChunkRun> RunsOf(byte[] payload, Digest[] leaves, IEnumerable<int> chunks)
    {
        var (first, next) = (-1, -1);
        foreach (var chunk in chunks)
        {
            if (first >= 0 && chunk != next)
            {
                yield return Run(payload, leaves, first, next - first);
            }

            (first, next) = (first >= 0 && chunk == next ? first : chunk, chunk + 1);
        }

        if (first >= 0)
        {
            yield return Run(payload, leaves, first, next - first);
        }
    }

    private static ChunkRun Run(byte[] payload, Digest[] leaves, int first, int count)
    {
        var start = first * TensorDigest.ChunkSize;
        var end = Math.Min(payload.Length, (first + count) * TensorDigest.ChunkSize);
        return new ChunkRun(first, payload.AsMemory(start, end - start), MerkleTree.PathOfRun([.. leaves], first, count));
    }

    private static Digest[] Leaves(byte[] payload)
    {
        var leaves = new Digest[Math.Max(1, (payload.Length + TensorDigest.ChunkSize - 1) / TensorDigest.ChunkSize)];
        Span<byte> prefix = stackalloc byte[13];
        for (var i = 0; i < leaves.Length; i++)
        {
            var chunk = payload.AsSpan((i * TensorDigest.ChunkSize)..Math.Min(payload.Length, (i + 1) * TensorDigest.ChunkSize));
            BinaryPrimitives.WriteInt64BigEndian(prefix[1..], i);
            BinaryPrimitives.WriteInt32BigEndian(prefix[9..], chunk.Length);
            leaves[i] = Sha256.Hash(prefix, chunk);
        }

        return leaves;
    }

    private static byte[] HeaderOf(Tensor tensor, int bytes, uint scale, Digest root)
    {
        var rank = tensor.Dims.Length;
        var header = new byte[47 + (8 * rank)];
        (header[0], header[1], header[2]) = (2, (byte)tensor.Type, (byte)rank);
        for (var i = 0; i < rank; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(3 + (8 * i)), tensor.Dims[i]);
        }

        var rest = header.AsSpan(3 + (8 * rank));
        BinaryPrimitives.WriteInt64BigEndian(rest, bytes);
        BinaryPrimitives.WriteUInt32BigEndian(rest[8..], scale);
        root.CopyTo(rest[12..]);
        return header;
    }
}

/// <summary>Neighbouring chunks of a tensor's payload.</summary>
/// <param name="First">The first chunk's number.</param>
/// <param name="Data">Their bytes.</param>
/// <param name="Path">The siblings that they lack up to the root; where a level lacks two, the left one first.</param>
public sealed record ChunkRun(long First, ReadOnlyMemory<byte> Data, IReadOnlyList<Digest> Path);
