using System.CommandLine;
using Spectre.Console;
using Market.Chain;
using Market.Cli;
using Market.Ethereum.Keys;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Protocol.Providers;

namespace Market.Node.Settings;

/// <summary>The options that every command with an account has.</summary>
public static class PeerSettings
{
    public static Option<string?> Data { get; } = new("--data") { Description = "Folder for keys, blobs and journals. Default: ~/.market.", Recursive = true };

    public static Option<string?> DeploymentFile { get; } = new("--deployment") { Description = "Deployment file of the market. Default: deployment.json in the data folder.", Recursive = true };

    public static Option<string?> Rpc { get; } = new("--rpc") { Description = "Endpoint of the chain, ws:// or http://. Default: the one in the deployment file.", Recursive = true };

    public static Option<string?> Key { get; } = new("--key") { Description = "Keystore file of the account that acts. Default: wallet.json in the data folder, node.json for nodes.", Recursive = true };

    public static Option<string?> PasswordFile { get; } = new("--password-file") { Description = "File with the keystore's password. Default: MARKET_PASSWORD, or a question.", Recursive = true };

    public static Option<string[]> Listen { get; } = new("--listen") { Description = "Address to listen on, /ip4/…/tcp/…; port 0 takes a free one. May be repeated.", DefaultValueFactory = _ => ["/ip4/0.0.0.0/tcp/0"] };

    public static Option<string[]> Announce { get; } = new("--announce") { Description = "Address to publish instead, for nodes behind a port forwarding. May be repeated." };

    public static Option<int> StoreGib { get; } = new("--store-gib") { Description = "The most room for blobs, in GiB.", DefaultValueFactory = _ => 20 };

    public static Option<ulong> Confirmations { get; } = new("--confirmations") { Description = "Blocks to stay behind the chain's head.", DefaultValueFactory = _ => 0 };

    public static Option<string?> Region { get; } = new("--region") { Description = "Where the machine is, for whoever asks the node: a country (ISO 3166-1) or a part of one (ISO 3166-2), such as DE or US-CA. Default: it does not say." };

    public static Option<bool> DialPrivate { get; } = new("--dial-private") { Description = "Dial nodes in private networks too: for a market within one. Without this, only on development chains (31337, 1337), so that nobody sends this program to dial your own machines.", Recursive = true };

    /// <summary>Gives a program the options that all its commands share.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (Option option in (Option[])[Data, DeploymentFile, Rpc, Key, PasswordFile, DialPrivate])
        {
            root.Options.Add(option);
        }
    }

    public static string DataFolder(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(Data) ?? CommandLineProgram.DefaultDataFolder);

    public static string KeyFile(ParseResult parsed, string name = "wallet.json") => parsed.GetValue(Key) ?? Path.Combine(DataFolder(parsed), name);

    public static Deployment Deployment(ParseResult parsed)
    {
        var deployment = Chain.Deployment.Load(parsed.GetValue(DeploymentFile) ?? Path.Combine(DataFolder(parsed), "deployment.json"));
        return Endpoint(parsed) is { } rpc ? deployment with { Rpc = rpc } : deployment;
    }

    /// <summary>The endpoint that was asked for, or null.</summary>
    /// <exception cref="FailureException">It is no address of an endpoint.</exception>
    public static Uri? Endpoint(ParseResult parsed) => parsed.GetValue(Rpc) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https" or "ws" or "wss") ? uri
        : throw new FailureException($"--rpc is '{text}', expected for example http://127.0.0.1:8545 or ws://127.0.0.1:8545.");

    /// <summary>Opens the keystore; the password comes from a file, the environment or the person.</summary>
    /// <exception cref="FailureException">There is no keystore.</exception>
    public static async Task<PrivateKey> OpenKeyAsync(ParseResult parsed, string name, CancellationToken cancellationToken)
    {
        var path = KeyFile(parsed, name);
        if (!File.Exists(path))
        {
            throw new FailureException($"No keystore '{path}'. 'market wallet new' makes one.");
        }

        return Keystore.Load(path, await PasswordAsync(parsed, "Password", cancellationToken).ConfigureAwait(false));
    }

    public static async Task<string> PasswordAsync(ParseResult parsed, string question, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(PasswordFile) is { } file)
        {
            return File.Exists(file)
                ? (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).TrimEnd('\r', '\n')
                : throw new FailureException($"No password file '{file}'.");
        }

        return Environment.GetEnvironmentVariable("MARKET_PASSWORD") ?? await AskAsync(question, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a <see cref="PeerNode"/> of this command is made of.</summary>
    public static PeerNodeOptions NodeOptions(ParseResult parsed, PrivateKey key, Action<string> log, bool listens) => new(Deployment(parsed), key, DataFolder(parsed))
    {
        Log = log,
        Listen = listens ? Addresses(parsed.GetValue(Listen)) : [],
        Announce = listens ? Addresses(parsed.GetValue(Announce)) : [],
        StoreBytes = (long)(listens ? parsed.GetValue(StoreGib) : 20) << 30,
        Confirmations = listens ? parsed.GetValue(Confirmations) : 0,
        DialsPrivate = parsed.GetValue(DialPrivate),
    };

    /// <summary>The region that the node tells, or null.</summary>
    /// <exception cref="FailureException">It is no such code.</exception>
    public static string? RegionOf(ParseResult parsed) => parsed.GetValue(Region) is var text && (text is null || NodeStatus.IsRegion(text))
        ? text
        : throw new FailureException($"--region is '{text}', expected a code of ISO 3166 such as DE or US-CA.");

    private static Multiaddr[] Addresses(string[]? texts) => [.. (texts ?? []).Select(text => Multiaddr.TryParse(text, out var address)
        ? address
        : throw new FailureException($"'{text}' is no address, expected for example /ip4/0.0.0.0/tcp/4001."))];

    private static async Task<string> AskAsync(string question, CancellationToken cancellationToken) => Console.IsInputRedirected
        ? throw new FailureException("No password: give --password-file or set MARKET_PASSWORD.")
        : await new TextPrompt<string>($"{question}:").Secret().ShowAsync(
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), cancellationToken).ConfigureAwait(false);
}
