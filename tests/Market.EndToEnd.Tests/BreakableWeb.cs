using System.Diagnostics;
using System.Globalization;
using Market.Chain;
using Market.Cli.Processes;
using Market.Demo.Buying;
using Market.Ethereum.Rpc;
using Market.Node.Devnets;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>The pages of a devnet, over a line that tests break, on a server that they restart, and a chain that they stop.</summary>
public sealed class BreakableWeb : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-everyday-").FullName;
    private readonly int _port = Line.FreePort();
    private ChildProcess? _server;
    private EthereumClient? _chain;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal Devnet Devnet { get; private set; } = null!;

    /// <summary>Between browsers and the server.</summary>
    internal Line ToServer { get; private set; } = null!;

    /// <summary>Acts for the requester in every page.</summary>
    internal InjectedWallet Wallet { get; private set; } = null!;

    internal MarketContract Contract { get; private set; } = null!;

    /// <summary>Where the server keeps a file of the purchase that a page shows.</summary>
    internal string UploadOf(IPage page, int number) =>
        Path.Combine(Path.ChangeExtension(Devnet.DeploymentFile, ".web"), "uploads", new Uri(page.Url).Segments[^1], $"{number}");

    internal string FileOf(string name) => Path.Combine(_folder, name);

    public async ValueTask InitializeAsync()
    {
        Devnet = await Devnet.StartAsync(new DevnetOptions { Folder = _folder }, Stop);
        _chain = await Devnet.Deployment.ConnectAsync(null, Stop);
        Contract = new MarketContract(_chain, Devnet.Deployment);
        Wallet = new InjectedWallet(_chain, Devnet.Deployment, Devnet.Requester.Key, FileOf("wallet.jsonl"), CancellationToken.None);
        ToServer = new Line(_port);
        await StartServerAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.StartAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await ToServer.DisposeAsync();
        await Wallet.DisposeAsync();
        await _chain!.DisposeAsync();
        await Devnet.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Kills the server without warning, and starts it again, with more options if there are any.</summary>
    internal async Task RestartServerAsync(params string[] options)
    {
        _server!.Kill();
        await _server.DisposeAsync();
        await StartServerAsync(options);
    }

    /// <summary>Sends the chain's process a signal: STOP, and CONT before the test ends.</summary>
    internal async Task SignalChainAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Devnet.ChainProcess.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Stop);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>A browser of somebody's own.</summary>
    internal async Task<IBrowserContext> BrowserAsync(BrowserNewContextOptions options)
    {
        options.BaseURL = $"http://127.0.0.1:{ToServer.Port}/";
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Chromium.Patience);
        return context;
    }

    /// <summary>A page of it, with the requester's wallet.</summary>
    internal async Task<IPage> OpenAsync(IBrowserContext context, string path)
    {
        var page = await context.NewPageAsync();
        await Wallet.InjectAsync(page);
        await page.GotoAsync(path);
        return page;
    }

    private async Task StartServerAsync(params string[] options)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _folder };
        string[] arguments =
        [
            Repository.Program("Market.Web", "market-web"), "--json", "--stop-with-input", "--deployment", Devnet.DeploymentFile,
            "--urls", $"http://127.0.0.1:{_port}", .. options,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        (_server, _) = await ChildProcess.StartAsync("web", start, line => line.StartsWith("{\"ready\":true", StringComparison.Ordinal) ? line : null, TimeSpan.FromMinutes(2), null, Stop);
    }
}
