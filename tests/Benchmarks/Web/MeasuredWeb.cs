using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Market.Chain;

namespace Market.Benchmarks.Web;

/// <summary>The web server's own program on a devnet's chain with blocks of one second, and what it takes of the machine.</summary>
internal sealed class MeasuredWeb : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Child _devnet, _web;

    private MeasuredWeb(string folder, Child devnet, Child web)
    {
        (_folder, _devnet, _web) = (folder, devnet, web);
        var about = JsonDocument.Parse(devnet.Greeting).RootElement;
        Deployment = Deployment.Load(about.GetProperty("deployment").GetString()!);
        RequesterKey = about.GetProperty("requester").GetProperty("privateKey").GetString()!;
        Address = new Uri(JsonDocument.Parse(web.Greeting).RootElement.GetProperty("web").GetString()!);
    }

    /// <summary>Where the pages are.</summary>
    public Uri Address { get; }

    /// <summary>Where the market is.</summary>
    public Deployment Deployment { get; }

    /// <summary>The key of an account with tokens.</summary>
    public string RequesterKey { get; }

    /// <summary>Seconds of processor time that the server has taken.</summary>
    public double Computed => Stat().Skip(11).Take(2).Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / 100;

    /// <summary>Bytes of memory that the server occupies.</summary>
    public long Resident => long.Parse(Stat()[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    public static async Task<MeasuredWeb> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("market-web-").FullName;
        Child? devnet = null;
        try
        {
            devnet = await Child.StartAsync("dotnet", [Program("Market.Node", "market"), "devnet", "--json", "--stop-with-input", "--port", "0", "--providers", "0", "--verifiers", "0"]);
            var deployment = JsonDocument.Parse(devnet.Greeting).RootElement.GetProperty("deployment").GetString()!;
            var web = await Child.StartAsync(
                "dotnet", [Program("Market.Web", "market-web"), "--json", "--stop-with-input", "--deployment", deployment, "--urls", "http://127.0.0.1:0"],
                ("DOTNET_STARTUP_HOOKS", typeof(MeasuredWeb).Assembly.Location), (StartupHook.Variable, Path.Combine(folder, "heap")));
            return new MeasuredWeb(folder, devnet, web);
        }
        catch
        {
            await (devnet?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>Has the server collect its garbage; returns the bytes of its objects that are left.</summary>
    public async Task<long> HeapAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_folder, "heap")));
        var answer = new byte[32];
        return long.Parse(Encoding.UTF8.GetString(answer, 0, await socket.ReceiveAsync(answer)), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        await _devnet.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Program(string project, string name) => Checkout.At($".build/dotnet/bin/{project}/release/{name}.dll");

    /// <summary>What the system says of the server's process, from its state on: the name before may hold anything.</summary>
    private string[] Stat() => File.ReadAllText($"/proc/{_web.Id}/stat").Split(") ")[^1].Split(' ');
}
