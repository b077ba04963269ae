using System.Globalization;

namespace Market.Onnx.Execution;

/// <summary>The cgroups of one worker, version 1 or 2, as far as this user may make them.</summary>
/// <remarks>Kernel documentation: admin-guide/cgroup-v1/memory, admin-guide/cgroup-v2. Emptied cgroups are removed on dispose.</remarks>
internal sealed class CgroupScope : IDisposable
{
    /// <summary>What the names of all such cgroups begin with; the id of the process that made them follows.</summary>
    public const string Prefix = "market-onnx-";

    private const int Processes = 64;
    private static long _counter;
    private readonly List<string> _folders = [];

    private CgroupScope()
    {
    }

    public bool Memory { get; private set; }

    public bool Pids { get; private set; }

    /// <summary>The files into which the worker writes itself, one a line.</summary>
    public string ProcsFiles => string.Join('\n', _folders.Select(folder => Path.Combine(folder, "cgroup.procs")));

    public static CgroupScope Create(long memoryBytes)
    {
        var scope = new CgroupScope();
        var name = $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}";
        var memory = memoryBytes.ToString(CultureInfo.InvariantCulture);
        var processes = Processes.ToString(CultureInfo.InvariantCulture);
        foreach (var mount in CgroupMount.All())
        {
            if (mount.Version == 2)
            {
                var folder = mount.Make(name, "memory.max");
                if (folder is null)
                {
                    continue;
                }

                scope._folders.Add(folder);
                scope.Memory |= Write(folder, "memory.max", memory);
                scope.Pids |= Write(folder, "pids.max", processes);
                Write(folder, "memory.swap.max", "0");
                Write(folder, "memory.oom.group", "1");
            }
            else if (!scope.Memory && mount.Has("memory") && mount.Make(name, "memory.limit_in_bytes") is { } byMemory)
            {
                scope._folders.Add(byMemory);
                scope.Memory = Write(byMemory, "memory.limit_in_bytes", memory);
                Write(byMemory, "memory.memsw.limit_in_bytes", memory);
            }
            else if (!scope.Pids && mount.Has("pids") && mount.Make(name, "pids.max") is { } byPids)
            {
                scope._folders.Add(byPids);
                scope.Pids = Write(byPids, "pids.max", processes);
            }
        }

        return scope;
    }

    /// <summary>Whether the kernel killed something in here for want of memory.</summary>
    public bool RanOutOfMemory() => _folders.Any(folder =>
        Counts(Path.Combine(folder, "memory.events")) || Counts(Path.Combine(folder, "memory.oom_control")));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var folder in _folders)
        {
            Remove(folder);
        }
    }

    /// <summary>Removes a cgroup if it is empty.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that is still being reaped holds it: the next pool sweeps it.
        }
    }

    private static bool Counts(string file)
    {
        try
        {
            return File.ReadLines(file).Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && line[9..].Trim() != "0");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Write(string folder, string file, string value)
    {
        try
        {
            var path = Path.Combine(folder, file);
            if (!File.Exists(path))
            {
                return false;
            }

            File.WriteAllText(path, value);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
