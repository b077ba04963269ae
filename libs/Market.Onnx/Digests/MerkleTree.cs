namespace Market.Onnx.Digests;

/// <summary>The one shape of tree that all digests use: inner = H(01 ‖ left ‖ right), and a node without a sibling moves up unchanged.</summary>
internal static class MerkleTree
{
    /// <summary>The root over leaves; overwrites them.</summary>
    public static Digest Root(Span<Digest> leaves)
    {
        while (leaves.Length > 1)
        {
            leaves = leaves[..Fold(leaves)];
        }

        return leaves[0];
    }

    /// <summary>The nodes at a height above the leaves, which are at 0; overwrites the leaves.</summary>
    public static Span<Digest> Level(Span<Digest> leaves, int height)
    {
        for (; height > 0; height--)
        {
            leaves = leaves[..Fold(leaves)];
        }

        return leaves;
    }

    /// <summary>The siblings from a leaf up to the root; overwrites the leaves.</summary>
    public static List<Digest> Path(Span<Digest> leaves, int index)
    {
        List<Digest> path = [];
        for (; leaves.Length > 1; index /= 2)
        {
            if ((index ^ 1) < leaves.Length)
            {
                path.Add(leaves[index ^ 1]);
            }

            leaves = leaves[..Fold(leaves)];
        }

        return path;
    }

    /// <summary>The siblings that neighbouring leaves lack up to the root, where a level lacks two the left one first; overwrites the leaves.</summary>
    public static List<Digest> PathOfRun(Span<Digest> leaves, int first, int count)
    {
        List<Digest> path = [];
        for (var last = first + count - 1; leaves.Length > 1; (first, last) = (first / 2, last / 2))
        {
            if (first % 2 == 1)
            {
                path.Add(leaves[first - 1]);
            }

            if (last % 2 == 0 && last + 1 < leaves.Length)
            {
                path.Add(leaves[last + 1]);
            }

            leaves = leaves[..Fold(leaves)];
        }

        return path;
    }

    /// <summary>The root that a leaf and its path lead to, or null where the path is not as long as the place asks for.</summary>
    public static Digest? RootFrom(Digest leaf, int index, int count, ReadOnlySpan<Digest> path)
    {
        Digest node = leaf;
        for (; count > 1; index /= 2, count = (count + 1) / 2)
        {
            if ((index ^ 1) >= count)
            {
                continue;
            }

            if (path.IsEmpty)
            {
                return null;
            }

            node = index % 2 == 0 ? Inner(node, path[0]) : Inner(path[0], node);
            path = path[1..];
        }

        return path.IsEmpty ? node : null;
    }

    private static int Fold(Span<Digest> nodes)
    {
        int half = (nodes.Length + 1) / 2;
        for (int i = 0; i < half; i++)
        {
            nodes[i] = (2 * i) + 1 < nodes.Length ? Inner(nodes[2 * i], nodes[(2 * i) + 1]) : nodes[2 * i];
        }

        return half;
    }

    private static Digest Inner(Digest left, Digest right) => Sha256.Pair(1, left, right);
}
