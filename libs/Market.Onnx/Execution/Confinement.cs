namespace Market.Onnx.Execution;

/// <summary>Which namespaces hold a worker.</summary>
public enum NamespaceKind
{
    /// <summary>None: the network and the user's files are reachable for code that breaks out of the runtime.</summary>
    None = 0,

    /// <summary>Network, process, mount, IPC and host-name namespaces made with real root's rights.</summary>
    Root = 1,

    /// <summary>The same inside a user namespace, in which the worker has no rights over the host.</summary>
    User = 2,
}

/// <summary>What confines the workers of a pool on this machine, beyond what always holds.</summary>
/// <remarks>
/// Always: data segment, file size, open files and core dumps limited; no new privileges; killed when its parent dies; wall and
/// processor time and output size enforced by the parent.
/// </remarks>
/// <param name="Namespaces">Namespaces: with them there is no network, no other process, and no file but the readable ones.</param>
/// <param name="MemoryCgroup">Whether a cgroup (v1 or v2) bounds all memory, page cache and temporary disk included.</param>
/// <param name="ProcessCgroup">Whether a cgroup bounds the number of processes and threads.</param>
public sealed record Confinement(NamespaceKind Namespaces, bool MemoryCgroup, bool ProcessCgroup)
{
    /// <summary>What is missing here and what follows from it, for an operator to read; empty if nothing is.</summary>
    public IReadOnlyList<string> Missing
    {
        get
        {
            var missing = new List<string>();
            if (Namespaces == NamespaceKind.None)
            {
                missing.Add("namespaces: a worker can reach the network and read this user's files (unprivileged user namespaces are disabled)");
            }

            if (!MemoryCgroup)
            {
                missing.Add("memory cgroup: heaps are bounded by RLIMIT_DATA, page cache and temporary files are not counted");
            }

            if (!ProcessCgroup && Namespaces != NamespaceKind.User)
            {
                missing.Add("pids cgroup: the number of threads of a worker is not bounded");
            }

            return missing;
        }
    }
}
