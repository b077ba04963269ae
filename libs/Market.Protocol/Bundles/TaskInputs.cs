using System.Buffers.Binary;
using System.Collections.Immutable;
using Market.Protocol.Ids;

namespace Market.Protocol.Bundles;

/// <summary>The blob that lists the inputs of many tasks: for each task 32 bytes digest and 8 bytes size, big-endian.</summary>
public static class TaskInputs
{
    private const int Entry = Bytes32.Length + sizeof(long);

    /// <summary>The size of the list of so many tasks, in bytes.</summary>
    public static long Size(int tasks) => (long)tasks * Entry;

    /// <summary>Writes the list.</summary>
    public static byte[] Write(IReadOnlyList<BlobReference> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var bytes = new byte[Size(inputs.Count)];
        for (var i = 0; i < inputs.Count; i++)
        {
            inputs[i].Digest.Value.CopyTo(bytes.AsSpan(i * Entry));
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(i * Entry + Bytes32.Length), inputs[i].Bytes);
        }

        return bytes;
    }

    /// <summary>Reads the list of exactly <paramref name="tasks"/> tasks.</summary>
    /// <exception cref="FormatException">Another size, or an entry that names no blob of 1 byte to 1 GiB.</exception>
    public static ImmutableArray<BlobReference> Read(ReadOnlySpan<byte> bytes, int tasks)
    {
        if (tasks is < 1 or > Bundle.MostTasks || bytes.Length != Size(tasks))
        {
            throw new FormatException($"A task list of {bytes.Length} bytes found, expected {Size(tasks)} for {tasks} tasks.");
        }

        var inputs = ImmutableArray.CreateBuilder<BlobReference>(tasks);
        for (var i = 0; i < tasks; i++)
        {
            var entry = bytes.Slice(i * Entry, Entry);
            var blob = new BlobReference(new ContentDigest(entry[..Bytes32.Length]), BinaryPrimitives.ReadInt64BigEndian(entry[Bytes32.Length..]));
            if (blob.Digest.Value.IsZero || blob.Bytes is < 1 or > 1L << 30)
            {
                throw new FormatException($"Task {i} names {blob.Digest} of {blob.Bytes} bytes, expected a blob of 1 byte to 1 GiB.");
            }

            inputs.Add(blob);
        }

        return inputs.MoveToImmutable();
    }
}
