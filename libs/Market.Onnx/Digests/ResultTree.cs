namespace Market.Onnx.Digests;

/// <summary>The tree over a job's tasks, whose root a provider commits to (docs/results.md). The contract checks the same paths.</summary>
public sealed class ResultTree
{
    private readonly TaskDigest[] _tasks;

    /// <param name="tasks">The result of every task, in order; at least one.</param>
    public ResultTree(IEnumerable<TaskDigest> tasks)
    {
        _tasks = [.. tasks];
        ArgumentOutOfRangeException.ThrowIfZero(_tasks.Length);
        Root = MerkleTree.Root(Leaves());
    }

    /// <summary>The result of every task.</summary>
    public IReadOnlyList<TaskDigest> Tasks => _tasks;

    /// <summary>The result root.</summary>
    public Digest Root { get; }

    /// <summary>The siblings from a task's leaf up to the root.</summary>
    /// <param name="index">The task.</param>
    public IReadOnlyList<Digest> ProofOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_tasks.Length);
        return MerkleTree.Path(Leaves(), index);
    }

    /// <summary>Whether a result is that of one task under a root.</summary>
    /// <param name="root">The result root.</param>
    /// <param name="count">How many tasks the job has.</param>
    /// <param name="index">The task.</param>
    /// <param name="task">Its result.</param>
    /// <param name="path">Its proof.</param>
    public static bool Verify(Digest root, int count, int index, TaskDigest task, ReadOnlySpan<Digest> path) =>
        (uint)index < (uint)count && MerkleTree.RootFrom(task.Leaf(index), index, count, path) == root;

    private Digest[] Leaves() => [.. _tasks.Select((t, i) => t.Leaf(i))];
}
