using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Market.Onnx.Execution;

/// <summary>Builds the command that starts a confined worker: <c>market-onnx-confine.sh … dotnet market-onnx-worker.dll</c>.</summary>
/// <remarks>The program lies beside the assembly that references its project, in a build's output as in a published folder.</remarks>
internal static class WorkerLauncher
{
    private const string Program = "market-onnx-worker";
    private static readonly string Folder = AppContext.BaseDirectory;
    private static readonly string Script = Path.Combine(Folder, "market-onnx-confine.sh");
    private static readonly string[] MountPoints = ["/mnt", "/media", "/srv", "/opt", "/home"];
    private static readonly Lazy<Task<NamespaceKind>> Namespaces = new(FindNamespacesAsync);

    /// <summary>The strongest namespaces that work here: tried out once for a process.</summary>
    public static Task<NamespaceKind> NamespacesAsync() => Namespaces.Value;

    /// <summary>Starts a worker with its pipes redirected.</summary>
    /// <exception cref="WorkerException">The program is missing or cannot be started.</exception>
    public static Task<Process> StartAsync(WorkerOptions options, NamespaceKind namespaces, CgroupScope cgroups, params string[] arguments) =>
        options.Web is { } web
            ? StartAsync(options, namespaces, cgroups, Web(web), arguments)
            : StartAsync(Program, options, namespaces, cgroups, arguments);

    /// <summary>Starts a program of ours that lies beside the worker, confined alike.</summary>
    /// <inheritdoc cref="StartAsync(WorkerOptions, NamespaceKind, CgroupScope, string[])" path="/exception"/>
    public static Task<Process> StartAsync(string name, WorkerOptions options, NamespaceKind namespaces, CgroupScope cgroups, params string[] arguments)
    {
        var library = Path.Combine(Folder, name + ".dll");
        return File.Exists(library) && File.Exists(Script)
            ? StartAsync(options, namespaces, cgroups, Native(library, options.Emulated), arguments)
            : throw new WorkerException($"The program '{library}' is missing: reference its project.");
    }

    private static Task<Process> StartAsync(
        WorkerOptions options, NamespaceKind namespaces, CgroupScope cgroups, (string[] Program, string[] Visible) command, string[] arguments)
    {
        var start = Command(options, namespaces, cgroups.ProcsFiles, [Folder, .. command.Visible, .. options.Readable]);
        foreach (var argument in command.Program.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return SpawnThread.StartAsync(start);
    }

    private static (string[] Program, string[] Visible) Native(string library, EmulatedProcessor? emulated)
    {
        string[] emulator = emulated is null ? [] : [emulated.Program, "-cpu", emulated.Model];
        return DotnetRoot() is { } root
            ? ([.. emulator, Path.Combine(root, "dotnet"), library], [root, .. emulator.Take(1)])
            : ([.. emulator, Path.ChangeExtension(library, null)], [.. emulator.Take(1)]);
    }

    // The runtime prints to descriptor 1 at will: frames go to 3, prints to where errors go.
    private static (string[] Program, string[] Visible) Web(WebRuntime web) =>
        (["/bin/sh", "-c", "exec 3>&1 1>&2; exec \"$0\" \"$@\"", web.Node, Path.Combine(Folder, "market-onnx-web.mjs"), web.Package], [web.Node, web.Package]);

    private static ProcessStartInfo Command(WorkerOptions options, NamespaceKind namespaces, string procsFiles, IReadOnlyList<string> visible)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.ArgumentList.Add(Script);
        start.ArgumentList.Add("join");
        var environment = start.Environment;
        environment.Clear(); // what the node's environment holds (tokens, passwords) is not the model's business
        environment["NAMESPACES"] = namespaces.ToString().ToLowerInvariant();
        environment["MEMORY_KIB"] = Number(options.MemoryBytes >> 10);
        environment["TEMP_KIB"] = Number(options.TempBytes >> 10);
        environment["PROCESSES"] = namespaces == NamespaceKind.User && Environment.OSVersion.Version >= new Version(5, 14) ? "64" : "0";
        environment["ROOT"] = MountPoint(visible);
        environment["VISIBLE"] = string.Join('\n', visible.Select(path => path.TrimEnd('/')));
        environment["CGROUPS"] = procsFiles;
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_EnableWriteXorExecute"] = "0"; // would need a 2 GiB file, beyond the file size limit
        environment["DOTNET_GCHeapHardLimit"] = (options.HeapBytes ?? Math.Max(64L << 20, options.MemoryBytes / 4)).ToString("x", CultureInfo.InvariantCulture);
        environment["HOME"] = "/tmp";
        return start;
    }

    // Any directory that exists everywhere will do, if nothing that must stay visible lies in it.
    private static string MountPoint(IEnumerable<string> visible) =>
        MountPoints.FirstOrDefault(folder =>
            Directory.Exists(folder) && !visible.Any(path => path.StartsWith(folder, StringComparison.Ordinal))) ?? "/dev/shm";

    private static string? DotnetRoot()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return File.Exists(Path.Combine(root, "dotnet")) ? root : null;
    }

    private static async Task<NamespaceKind> FindNamespacesAsync()
    {
        foreach (var kind in new[] { NamespaceKind.User, NamespaceKind.Root })
        {
            var start = Command(new WorkerOptions(), kind, "", []);
            start.ArgumentList.Add("/bin/true");
            using var process = await SpawnThread.StartAsync(start).ConfigureAwait(false);
            await process.WaitForExitAsync().ConfigureAwait(false);
            if (process.ExitCode == 0)
            {
                return kind;
            }
        }

        return NamespaceKind.None;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
