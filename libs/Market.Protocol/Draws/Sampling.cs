using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Protocol.Draws;

/// <summary>Draws the tasks that a verifier must re-execute. Everybody who knows the seed draws the same.</summary>
/// <remarks>
/// Random numbers are the 32-bit big-endian words of SHA-256("market/sampling/1" ‖ seed ‖ u32 block), block = 0, 1, …; a number
/// below n is a word w with w &lt; ⌊2³²/n⌋·n, modulo n; other words are skipped. The first number, below 10,000, rounds: of
/// tasks·share = q·10,000 + r, q + 1 tasks are drawn if it is below r, else q. The tasks themselves are drawn by Floyd's
/// method: for j = tasks−s … tasks−1 draw t below j + 1 and take t, or j if t is taken already.
/// </remarks>
public static class Sampling
{
    /// <summary>The drawn tasks, ascending.</summary>
    /// <param name="seed">What nobody knew before the last result was on chain.</param>
    /// <param name="tasks">How many tasks the job has, 1 to 65,536.</param>
    /// <param name="share">The share of tasks to re-execute.</param>
    public static ImmutableArray<int> Draw(Seed seed, int tasks, BasisPoints share)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tasks, Bundles.Bundle.MostTasks);
        var words = new Words(seed.Value);
        var (count, rest) = Math.DivRem(tasks * share.Value, BasisPoints.Whole);
        if (words.Below(BasisPoints.Whole) < rest)
        {
            count++;
        }

        var drawn = new SortedSet<int>();
        for (var j = tasks - count; j < tasks; j++)
        {
            if (!drawn.Add(words.Below(j + 1)))
            {
                drawn.Add(j);
            }
        }

        return [.. drawn];
    }

    private sealed class Words(Bytes32 seed)
    {
        private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
        private uint _next;
        private int _used = SHA256.HashSizeInBytes;

        public int Below(int bound)
        {
            var fair = (1UL << 32) / (uint)bound * (uint)bound;
            uint word;
            do
            {
                word = Next();
            }
            while (word >= fair);
            return (int)(word % (uint)bound);
        }

        private uint Next()
        {
            if (_used == _block.Length)
            {
                Fill();
            }

            _used += sizeof(uint);
            return BinaryPrimitives.ReadUInt32BigEndian(_block.AsSpan(_used - sizeof(uint)));
        }

        private void Fill()
        {
            ReadOnlySpan<byte> domain = "market/sampling/1"u8;
            Span<byte> message = stackalloc byte[domain.Length + Bytes32.Length + sizeof(uint)];
            domain.CopyTo(message);
            seed.CopyTo(message[domain.Length..]);
            BinaryPrimitives.WriteUInt32BigEndian(message[^sizeof(uint)..], _next++);
            SHA256.HashData(message, _block);
            _used = 0;
        }
    }
}
