using System.Buffers.Binary;
using System.Collections.Immutable;
using Market.Protocol.Ids;

namespace Market.Protocol.Draws;

/// <summary>Draws which numbers inside a model a verifier shows of its samples: no other verifier's do.</summary>
/// <remarks>
/// By the <see cref="DrawnNumbers"/> of "market/witness/1" ‖ job ‖ u32 verifier ‖ u32 n. Values are drawn once for the job, with
/// n = 2³²−1, so that one session shows them for all samples; elements for each task, with n its index.
/// </remarks>
/// <param name="Job">The job.</param>
/// <param name="Verifier">Who shows them.</param>
public sealed record WitnessDraw(JobId Job, StakeId Verifier)
{
    /// <summary>The most values.</summary>
    public const int Values = 3;

    /// <summary>Elements of each value.</summary>
    public const int Elements = 8;

    /// <summary>
    /// Which of a model's values: one of each third of them, in their order, so that most of the model has to be run; all where
    /// there are no more than <see cref="Values"/>.
    /// </summary>
    /// <param name="count">How many there are to choose from.</param>
    public ImmutableArray<int> DrawValues(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= Values)
        {
            return [.. Enumerable.Range(0, count)];
        }

        var numbers = Numbers(uint.MaxValue);
        int Start(int part) => (int)((long)count * part / Values);
        return [.. Enumerable.Range(0, Values).Select(part => Start(part) + numbers.Below(Start(part + 1) - Start(part)))];
    }

    /// <summary>Which elements of each value of a task, <see cref="Elements"/> of each; an element may come twice. None of an empty value.</summary>
    /// <param name="task">The task's index.</param>
    /// <param name="sizes">How many elements each value has.</param>
    public ImmutableArray<ImmutableArray<int>> DrawElements(int task, ImmutableArray<int> sizes)
    {
        var numbers = Numbers((uint)task);
        return [.. sizes.Select(size => size == 0 ? ImmutableArray<int>.Empty : [.. Enumerable.Range(0, Elements).Select(_ => numbers.Below(size))])];
    }

    private DrawnNumbers Numbers(uint n)
    {
        ReadOnlySpan<byte> domain = "market/witness/1"u8;
        var message = new byte[domain.Length + Bytes32.Length + (2 * sizeof(uint))];
        domain.CopyTo(message);
        Job.Value.CopyTo(message.AsSpan(domain.Length));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - (2 * sizeof(uint))), Verifier.Value);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - sizeof(uint)), n);
        return new DrawnNumbers(message);
    }
}
