namespace Market.Onnx.Execution;

/// <summary>One mounted cgroup hierarchy and this process's place in it.</summary>
internal sealed record CgroupMount(int Version, string Folder, string Own, IReadOnlyList<string> Controllers)
{
    /// <summary>The hierarchies by <c>/proc/self/mountinfo</c> and <c>/proc/self/cgroup</c> (proc(5), cgroups(7)); none where unreadable.</summary>
    public static IReadOnlyList<CgroupMount> All()
    {
        try
        {
            return Read(File.ReadAllLines("/proc/self/mountinfo"), File.ReadAllLines("/proc/self/cgroup"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Joins the lines of the two files.</summary>
    public static IReadOnlyList<CgroupMount> Read(IEnumerable<string> mountInfo, IReadOnlyList<string> cgroup)
    {
        var found = new List<CgroupMount>();
        foreach (var fields in mountInfo.Select(line => line.Split(' ')))
        {
            var dash = Array.IndexOf(fields, "-");
            if (dash < 5 || fields.Length < dash + 4 || fields[dash + 1] is not ("cgroup" or "cgroup2"))
            {
                continue;
            }

            var version = fields[dash + 1] == "cgroup2" ? 2 : 1;
            var controllers = version == 2 ? [] : fields[dash + 3].Split(',');
            var own = cgroup.Select(line => line.Split(':', 3)).FirstOrDefault(parts => parts.Length == 3
                && (version == 2 ? parts[0] == "0" : parts[1].Split(',').Any(name => name.Length > 0 && controllers.Contains(name))));
            if (own is not null)
            {
                found.Add(new CgroupMount(version, fields[4], OwnFolder(fields[4], fields[3], own[2]), controllers));
            }
        }

        return found;
    }

    public bool Has(string controller) => Controllers.Contains(controller);

    /// <summary>
    /// Makes a cgroup that has the given control file: below this process's own, else beside it (where version 2 allows no
    /// children beside processes and a user's manager delegates the parent), else at the top.
    /// </summary>
    public string? Make(string name, string controlFile)
    {
        var beside = Own.Length > Folder.Length ? Path.GetDirectoryName(Own) : null;
        foreach (var parent in new[] { Own, beside, Folder }.OfType<string>().Distinct())
        {
            var folder = Path.Combine(parent, name);
            try
            {
                if (!Directory.Exists(parent))
                {
                    continue;
                }

                Sweep(parent);
                Directory.CreateDirectory(folder);
                if (File.Exists(Path.Combine(folder, controlFile)) && CanMoveInto(folder))
                {
                    return folder;
                }

                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not ours to make here: the next place.
            }
        }

        return null;
    }

    // What a program that was killed left here; an emptied cgroup can always be removed.
    private static void Sweep(string parent)
    {
        foreach (var folder in Directory.EnumerateDirectories(parent, CgroupScope.Prefix + "*"))
        {
            var owner = Path.GetFileName(folder)[CgroupScope.Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}"))
            {
                CgroupScope.Remove(folder);
            }
        }
    }

    // A process moves only if its mover may write the target's and, in version 2, the common ancestor's cgroup.procs.
    private bool CanMoveInto(string folder) =>
        Writable(folder) && (Version == 1 || Writable(Path.GetDirectoryName(folder)!));

    private static bool Writable(string folder)
    {
        try
        {
            using var file = File.OpenWrite(Path.Combine(folder, "cgroup.procs"));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string OwnFolder(string mountPoint, string root, string path)
    {
        var below = root != "/" && path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
        var folder = Path.Combine(mountPoint, below.TrimStart('/'));
        return folder.TrimEnd('/');
    }
}
