using System.Text.Json.Nodes;

namespace Market.Onnx.Execution;

/// <summary>Shows what confines workers on this machine: what was set up, and what a worker sees and can do from inside.</summary>
public static class WorkerProbe
{
    /// <summary>Starts a worker that looks around and ends.</summary>
    /// <returns>JSON with <c>namespaces</c>, <c>memoryCgroup</c>, <c>processCgroup</c>, <c>missing</c> and <c>inside</c>.</returns>
    /// <exception cref="WorkerException">The worker does not start, or not as it should.</exception>
    public static async Task<JsonObject> RunAsync(WorkerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var namespaces = await WorkerLauncher.NamespacesAsync().ConfigureAwait(false);
        using var cgroups = CgroupScope.Create(options.MemoryBytes + options.TempBytes);
        var confinement = new Confinement(namespaces, cgroups.Memory, cgroups.Pids);
        using var process = await WorkerLauncher.StartAsync(options, namespaces, cgroups, "probe-inside").ConfigureAwait(false);
        var said = process.StandardError.ReadToEndAsync(cancellationToken);
        var report = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new WorkerException($"The worker ended with exit code {process.ExitCode}: {await said.ConfigureAwait(false)}");
        }

        return new JsonObject
        {
            ["namespaces"] = confinement.Namespaces.ToString(),
            ["memoryCgroup"] = confinement.MemoryCgroup,
            ["processCgroup"] = confinement.ProcessCgroup,
            ["missing"] = new JsonArray([.. confinement.Missing.Select(text => JsonValue.Create(text))]),
            ["inside"] = JsonNode.Parse(report),
        };
    }
}
