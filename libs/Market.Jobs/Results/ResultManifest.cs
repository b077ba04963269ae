using System.Buffers.Binary;
using System.Collections.Immutable;
using Market.Onnx.Digests;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;

namespace Market.Jobs.Results;

/// <summary>All tasks of a replica: the leaves of its result tree, and where the outputs are. docs/results.md has the bytes.</summary>
/// <remarks><c>"MKRM" ‖ u8 version (1) ‖ u32 tasks ‖ tasks × (u8 kind ‖ digest(32) ‖ blob digest(32) ‖ u64 blob bytes)</c>, big-endian; of an error the last two are zero.</remarks>
public sealed class ResultManifest
{
    /// <summary>The most bytes of a manifest.</summary>
    public const int LargestBytes = HeaderBytes + Bundle.MostTasks * EntryBytes;

    private const int HeaderBytes = 9;
    private const int EntryBytes = 1 + 32 + 32 + 8;
    private const long LargestOutputs = 1L << 30;
    private readonly ResultTree _tree;

    /// <summary>Builds the tree over a replica's tasks.</summary>
    public ResultManifest(ImmutableArray<ResultEntry> entries)
    {
        Entries = entries;
        _tree = new ResultTree(entries.Select(e => e.Digest));
    }

    private static ReadOnlySpan<byte> Magic => "MKRM\x01"u8;

    /// <summary>The tasks, in order.</summary>
    public ImmutableArray<ResultEntry> Entries { get; }

    /// <summary>What goes on chain.</summary>
    public ResultRoot Root => new(_tree.Root.ToArray());

    /// <summary>Bytes of all outputs.</summary>
    public long OutputBytes => Entries.Sum(e => e.Outputs?.Bytes ?? 0);

    /// <summary>The siblings of a task's leaf, from the leaf up.</summary>
    public IReadOnlyList<Digest> ProofOf(int task) => _tree.ProofOf(task);

    /// <summary>The bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + Entries.Length * EntryBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Magic.Length), Entries.Length);
        for (var i = 0; i < Entries.Length; i++)
        {
            var at = bytes.AsSpan(HeaderBytes + i * EntryBytes, EntryBytes);
            at[0] = Entries[i].Digest.IsError ? (byte)1 : (byte)0;
            Entries[i].Digest.Root.CopyTo(at[1..]);
            if (Entries[i].Outputs is { } blob)
            {
                blob.Digest.Value.CopyTo(at[33..]);
                BinaryPrimitives.WriteInt64BigEndian(at[65..], blob.Bytes);
            }
        }

        return bytes;
    }

    /// <summary>Reads a manifest that a peer sent.</summary>
    /// <exception cref="JobException">It is none of so many tasks and that root, or names more bytes than posted.</exception>
    public static ResultManifest Read(ReadOnlySpan<byte> bytes, int tasks, ResultRoot root, long mostBytes)
    {
        var manifest = Read(bytes, tasks);
        if (manifest.Root != root)
        {
            throw new JobException($"The result manifest has root {manifest.Root}, expected {root} as on chain.");
        }

        return manifest.OutputBytes <= mostBytes
            ? manifest
            : throw new JobException($"The result manifest names {manifest.OutputBytes} bytes of outputs, expected at most {mostBytes} as posted.");
    }

    /// <summary>Reads a manifest of one's own.</summary>
    /// <exception cref="JobException">It is none of so many tasks.</exception>
    public static ResultManifest Read(ReadOnlySpan<byte> bytes, int tasks)
    {
        if (bytes.Length != HeaderBytes + (long)tasks * EntryBytes || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32BigEndian(bytes[Magic.Length..]) != tasks)
        {
            throw new JobException($"{bytes.Length} bytes are no result manifest of {tasks} tasks.");
        }

        var entries = ImmutableArray.CreateBuilder<ResultEntry>(tasks);
        for (var i = 0; i < tasks; i++)
        {
            entries.Add(ReadEntry(bytes.Slice(HeaderBytes + i * EntryBytes, EntryBytes), i));
        }

        return new ResultManifest(entries.MoveToImmutable());
    }

    private static ResultEntry ReadEntry(ReadOnlySpan<byte> at, int task)
    {
        var digest = new TaskDigest(at[0] == 1, new Digest(at[1..33]));
        var bytes = BinaryPrimitives.ReadInt64BigEndian(at[65..]);
        var sound = at[0] switch
        {
            0 => bytes is > 0 and <= LargestOutputs,
            1 => bytes == 0,
            _ => false,
        };
        return sound
            ? new ResultEntry(digest, at[0] == 1 ? null : new BlobReference(new ContentDigest(at[33..65]), bytes))
            : throw new JobException($"Task {task} of the result manifest is of kind {at[0]} with {bytes} bytes, expected outputs of at most 1 GiB or an error without.");
    }
}
