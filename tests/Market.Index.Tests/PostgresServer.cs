using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Market.Index.Storage;
using Npgsql;

namespace Market.Index.Tests;

/// <summary>A PostgreSQL server of Debian's in a folder of its own, for one run of the tests.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-postgres-").FullName;
    private Process? _server;
    private int _port;

    public async ValueTask InitializeAsync()
    {
        var programs = Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
        if (Environment.IsPrivilegedProcess)
        {
            // The server refuses to run as root.
            await RunAsync("chown", "postgres", _folder);
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await RunAsync([.. Unprivileged, programs + "initdb", "-D", _folder + "/data", "-U", "market", "-A", "trust", "--no-sync"]);
        var ready = new TaskCompletionSource();
        _server = Start([.. Unprivileged, programs + "postgres", "-D", _folder + "/data", "-k", _folder, "-h", "127.0.0.1", "-p", _port.ToString(CultureInfo.InvariantCulture), "-c", "fsync=off"]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
        _server.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The server ended before it was ready."));
        _server.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("ready to accept connections", StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        };
        _server.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>An empty database of its own.</summary>
    public async Task<IndexStore> CreateAsync()
    {
        var name = "market_" + Guid.NewGuid().ToString("n");
        await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={_port};Username=market;Database=postgres");
        await source.CreateCommand($"CREATE DATABASE {name}").ExecuteNonQueryAsync();
        return IndexStore.At($"postgres://market@127.0.0.1:{_port}/{name}");
    }

    public ValueTask DisposeAsync()
    {
        End();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string[] Unprivileged => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

    private void End()
    {
        if (_server is { HasExited: false } server)
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit();
        }
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {said}");
    }

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.EnableRaisingEvents = true;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
