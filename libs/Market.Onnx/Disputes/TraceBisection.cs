using Market.Onnx.Digests;

namespace Market.Onnx.Disputes;

/// <summary>
/// Two who claim different traces of one run find the first operator at which they differ. In each round both show what lies
/// four levels below the place in dispute (at most 16 digests), and the first of them that differs is the next place.
/// </summary>
/// <remarks>
/// Three rounds do for 4,096 operators. Everything before the place in dispute is agreed upon, so the operator that is found
/// had the same inputs on both sides, and one of them is wrong about what it gave.
/// </remarks>
/// <param name="Nodes">How many nodes the model has.</param>
/// <param name="Height">How far the place is above the nodes' digests; 0 once the operator is found.</param>
/// <param name="Place">The place among those of its height; the operator's index once it is found.</param>
/// <param name="One">One's digest there.</param>
/// <param name="Other">The other's.</param>
public sealed record TraceBisection(int Nodes, int Height, int Place, Digest One, Digest Other)
{
    private const int LevelsARound = 4;

    /// <summary>Begins with the two roots.</summary>
    /// <exception cref="ArgumentException">They are equal.</exception>
    public static TraceBisection Begin(int nodes, Digest one, Digest other)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        return one != other
            ? new(nodes, HeightOf(nodes), 0, one, other)
            : throw new ArgumentException($"Both traces have the root {one}, expected different ones.", nameof(other));
    }

    /// <summary>Whether the operator is found: <see cref="Place"/>.</summary>
    public bool IsFound => Height == 0;

    /// <summary>What the holder of a trace shows in this round.</summary>
    /// <exception cref="ArgumentException">The trace is of another model.</exception>
    public IReadOnlyList<Digest> MoveOf(ExecutionTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        if (trace.Nodes.Count != Nodes)
        {
            throw new ArgumentException($"The trace has {trace.Nodes.Count} nodes, expected {Nodes}.", nameof(trace));
        }

        var (height, first, count) = Below();
        return MerkleTree.Level([.. trace.Nodes], height).Slice(first, count).ToArray();
    }

    /// <summary>Whether a move is one: as many digests as there are, and they make the digest that is in dispute.</summary>
    /// <param name="move">What was shown.</param>
    /// <param name="digest"><see cref="One"/> or <see cref="Other"/>: of whoever showed it.</param>
    public bool IsSound(IReadOnlyList<Digest> move, Digest digest)
    {
        ArgumentNullException.ThrowIfNull(move);
        return !IsFound && move.Count == Below().Count && MerkleTree.Root([.. move]) == digest;
    }

    /// <summary>The next place, from both moves.</summary>
    /// <exception cref="ArgumentException">A move is not sound.</exception>
    public TraceBisection Next(IReadOnlyList<Digest> one, IReadOnlyList<Digest> other)
    {
        if (!IsSound(one, One) || !IsSound(other, Other))
        {
            throw new ArgumentException($"A move does not make the digest of place {Place} at height {Height}, expected {Below().Count} digests that do.");
        }

        // Sound moves that make different digests differ somewhere.
        var differing = Enumerable.Range(0, one.Count).First(i => one[i] != other[i]);
        var (height, first, _) = Below();
        return this with { Height = height, Place = first + differing, One = one[differing], Other = other[differing] };
    }

    private static int HeightOf(int nodes) => nodes == 1 ? 0 : 32 - int.LeadingZeroCount(nodes - 1);

    private (int Height, int First, int Count) Below()
    {
        var height = Math.Max(0, Height - LevelsARound);
        var first = Place << (Height - height);
        var width = ((Nodes - 1) >> height) + 1;
        return (height, first, Math.Min(width - first, 1 << (Height - height)));
    }
}
