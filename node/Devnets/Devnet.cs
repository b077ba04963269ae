using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Cli.Processes;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;
using Market.Node.Wallets;
using Market.Onnx.Execution;
using Market.Protocol.Money;

namespace Market.Node.Devnets;

/// <summary>A whole market on this machine: a chain, contracts, and nodes as processes with keys, stakes and folders of their own.</summary>
public sealed class Devnet : IAsyncDisposable
{
    /// <summary>The first account that Hardhat's node funds, and everybody knows.</summary>
    private const string DeployerKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private static readonly Units Supply = Units.FromTokens(1_000_000);
    private static readonly Units StakeAmount = Units.FromTokens(200);
    private static readonly BigInteger Ether = BigInteger.Pow(10, 19);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly SenderOptions Sending = new() { PollInterval = TimeSpan.FromMilliseconds(200) };

    private readonly DevnetOptions _options;
    private readonly string _password;
    private readonly List<ChildProcess> _processes = [];
    private readonly ConcurrentDictionary<uint, DevnetNode> _nodes = [];

    private Devnet(DevnetOptions options, string password, Deployment deployment, DevnetAccount requester)
    {
        _options = options;
        _password = password;
        Deployment = deployment;
        Requester = requester;
    }

    /// <summary>Where the market is.</summary>
    public Deployment Deployment { get; }

    /// <summary>The deployment file.</summary>
    public string DeploymentFile => Path.Combine(_options.Folder, "deployment.json");

    /// <summary>The file with the password of all keystores.</summary>
    public string PasswordFile => Path.Combine(_options.Folder, "password");

    /// <summary>The operating system's number for the chain's process.</summary>
    public int ChainProcess => _processes[0].Id;

    /// <summary>An account with tokens, to post jobs from.</summary>
    public DevnetAccount Requester { get; }

    /// <summary>Providers and verifiers by stake.</summary>
    public IReadOnlyDictionary<uint, DevnetNode> Nodes => _nodes;

    /// <summary>The stakes of a role, in order.</summary>
    public IReadOnlyList<uint> StakesOf(StakeRole role) => [.. _nodes.Values.Where(n => n.Role == role).Select(n => n.Stake).Order()];

    /// <summary>Starts the chain, deploys, and bonds all stakes; starts no node yet.</summary>
    public static async Task<Devnet> StartAsync(DevnetOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var (chain, rpc) = await StartChainAsync(options, cancellationToken).ConfigureAwait(false);
        Devnet? devnet = null;
        try
        {
            using var deployer = PrivateKey.Parse(DeployerKey);
            var client = new EthereumClient(new JsonRpcClient(rpc));
            await using var _ = client.ConfigureAwait(false);
            var deployment = await MarketDeployer.DeployAsync(
                client, deployer, options.Folder, null, Supply.Value, MarketDeployer.DevnetParameters, MarketDeployer.DevnetChoice, cancellationToken).ConfigureAwait(false) with { Rpc = rpc };
            var requester = DevnetAccount.Create("requester", Path.Combine(options.Folder, "requester"), "wallet.json", password);
            devnet = new Devnet(options, password, deployment, requester);
            devnet._processes.Add(chain);
            deployment.Save(devnet.DeploymentFile);
            WritePassword(devnet.PasswordFile, password);
            await devnet.FoundAsync(client, deployer, cancellationToken).ConfigureAwait(false);
            return devnet;
        }
        catch
        {
            if (devnet is null)
            {
                await chain.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                await devnet.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Starts one node's program and waits until it is ready.</summary>
    /// <param name="stake">Whose.</param>
    /// <param name="program">What to run instead of the node's own program: the path of an assembly, and its first arguments.</param>
    /// <param name="settings">Session settings of a provider.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<DevnetNode> StartNodeAsync(uint stake, IReadOnlyList<string>? program, SessionSettings settings, CancellationToken cancellationToken)
    {
        var node = _nodes[stake];
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = node.Node.Folder };
        program ??= node.Role == StakeRole.Verifier
            ? [Repository.Program("Market.Verifier", "market-verifier"), "run"]
            : [Repository.Program("Market.Node", "market"), "provider", "run"];
        string[] numerics = node.Role == StakeRole.Verifier ? [] : ["--optimization", settings.Optimization.ToString(), "--threads", settings.IntraOpThreads.ToString(CultureInfo.InvariantCulture)];
        string[] arguments =
        [
            .. program, "--json", "--stop-with-input", "--data", node.Node.Folder, "--deployment", DeploymentFile, "--password-file", PasswordFile,
            "--listen", "/ip4/127.0.0.1/tcp/0", "--workers", "1", .. numerics,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var (process, ready) = await ChildProcess.StartAsync(
            node.Name, start, line => line.StartsWith("{\"ready\":true", StringComparison.Ordinal) ? line : null, StartLimit, _options.Log, cancellationToken).ConfigureAwait(false);
        lock (_processes)
        {
            _processes.Add(process);
        }

        return _nodes[stake] = node with { Process = process, Ready = ready };
    }

    /// <summary>Starts all nodes; providers differ in numerics.</summary>
    public Task StartNodesAsync(CancellationToken cancellationToken)
    {
        var providers = StakesOf(StakeRole.Provider).ToList();
        return Task.WhenAll(_nodes.Keys.ToList().Select(stake => StartNodeAsync(
            stake, null, DevnetOptions.Numerics[Math.Max(0, providers.IndexOf(stake)) % DevnetOptions.Numerics.Count], cancellationToken)));
    }

    /// <summary>Starts the web pages and returns their address.</summary>
    public async Task<Uri> StartWebAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _options.Folder };
        string[] arguments = [Repository.Program("Market.Web", "market-web"), "--json", "--stop-with-input", "--deployment", DeploymentFile, "--urls", "http://127.0.0.1:0"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var (process, ready) = await ChildProcess.StartAsync(
            "web", start, line => line.StartsWith("{\"ready\":true", StringComparison.Ordinal) ? line : null, StartLimit, _options.Log, cancellationToken).ConfigureAwait(false);
        lock (_processes)
        {
            _processes.Add(process);
        }

        return new Uri(JsonDocument.Parse(ready).RootElement.GetProperty("web").GetString()!);
    }

    /// <summary>Ends all programs, the chain last.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Skip(1).Select(p => p.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _processes[0].DisposeAsync().ConfigureAwait(false);
        Requester.Key.Dispose();
        foreach (var node in _nodes.Values)
        {
            node.Owner.Key.Dispose();
            node.Node.Key.Dispose();
        }
    }

    private static async Task<(ChildProcess Chain, Uri Rpc)> StartChainAsync(DevnetOptions options, CancellationToken cancellationToken)
    {
        var root = Repository.Root();
        var start = new ProcessStartInfo(Repository.Node(root)) { WorkingDirectory = root };
        start.ArgumentList.Add(Path.Combine(root, "scripts/devnet/chain.mjs"));
        start.ArgumentList.Add(options.Port.ToString(CultureInfo.InvariantCulture));
        const string Listening = "listening on http://";
        var (chain, address) = await ChildProcess.StartAsync(
            "chain", start, line => line.StartsWith(Listening, StringComparison.Ordinal) ? line[Listening.Length..] : null, StartLimit, null, cancellationToken).ConfigureAwait(false);
        return (chain, new Uri("ws://" + address));
    }

    private static void WritePassword(string path, string password)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(password);
    }

    /// <summary>Gives every account what it needs, and bonds the stakes.</summary>
    private async Task FoundAsync(EthereumClient client, PrivateKey deployer, CancellationToken cancellationToken)
    {
        var members = Enumerable.Range(1, _options.Providers).Select(i => Member(StakeRole.Provider, i))
            .Concat(Enumerable.Range(1, _options.Verifiers).Select(i => Member(StakeRole.Verifier, i))).ToList();
        using (var journal = SendJournal.Open(Path.Combine(_options.Folder, "funding.jsonl"), Deployment.ChainId, deployer.Address))
        {
            var sender = new TransactionSender(client, deployer, journal, Sending);
            await using var _ = sender.ConfigureAwait(false);
            var funding = members.SelectMany(m => new[] { Ethers(sender, m.Owner), Ethers(sender, m.Node), Tokens(sender, m.Owner, StakeAmount) })
                .Append(Ethers(sender, Requester)).Append(Tokens(sender, Requester, Units.FromTokens(10_000)));
            await Task.WhenAll(funding).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var contract = new MarketContract(client, Deployment);
        await Task.WhenAll(members.Select(async member =>
        {
            var account = MarketAccount.Open(contract, member.Owner.Key, member.Owner.Folder, Sending);
            await using var _ = account.ConfigureAwait(false);
            await StakeCommand.DepositAsync(account, member.Node.Key, member.Role, StakeAmount, adds: false, cancellationToken).ConfigureAwait(false);
        })).ConfigureAwait(false);

        var follower = await MarketFollower.StartAsync(client, Deployment, null, forgetsEnded: false, cancellationToken).ConfigureAwait(false);
        await using var __ = follower.ConfigureAwait(false);
        foreach (var (role, name, owner, node) in members)
        {
            var state = await follower.WaitAsync(s => s.StakeOfNode(node.Key.Address) is not null, cancellationToken).ConfigureAwait(false);
            var stake = state.StakeOfNode(node.Key.Address)!.Id;
            _nodes[stake] = new DevnetNode(name, role, stake, owner, node);
        }
    }

    private (StakeRole Role, string Name, DevnetAccount Owner, DevnetAccount Node) Member(StakeRole role, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{role.ToString().ToLowerInvariant()}-{number}");
        var folder = Path.Combine(_options.Folder, name);
        return (role, name, DevnetAccount.Create(name, folder, "wallet.json", _password), DevnetAccount.Create(name, folder, "node.json", _password));
    }

    private static Task<TransactionReceipt> Ethers(TransactionSender sender, DevnetAccount to) =>
        sender.SendAsync($"ether:{to.Key.Address}", new TransactionIntent { To = to.Key.Address, Value = Ether, GasLimit = 21_000 });

    private Task<TransactionReceipt> Tokens(TransactionSender sender, DevnetAccount to, Units amount) => sender.SendAsync(
        $"tokens:{to.Key.Address}", new TransactionIntent { To = Deployment.Token, Data = MarketTokenCalls.Transfer(to.Key.Address, amount.Value), GasLimit = 100_000 });
}
