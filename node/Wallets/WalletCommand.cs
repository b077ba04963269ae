using System.CommandLine;
using Market.Cli;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Node.Settings;
using Market.Protocol.Money;
using Spectre.Console;

namespace Market.Node.Wallets;

/// <summary><c>market wallet new|import|show</c>.</summary>
public static class WalletCommand
{
    private static readonly Option<string> PrivateKeyFile = new("--private-key-file") { Description = "File with the private key as 0x and 64 digits; - for standard input.", Required = true };

    public static Command Create()
    {
        var create = new Command("new", "Make a new key, in a keystore that only its password opens.");
        create.SetAction((parsed, stop) => SaveAsync(parsed, PrivateKey.Generate(), stop));
        create.AddExamples("market wallet new", "market wallet new --key other.json --password-file secret.txt");
        var import = new Command("import", "Put an existing key into a keystore.") { PrivateKeyFile };
        import.SetAction(async (parsed, stop) => await SaveAsync(parsed, await ReadKeyAsync(parsed.GetValue(PrivateKeyFile)!, stop).ConfigureAwait(false), stop).ConfigureAwait(false));
        import.AddExamples("market wallet import --private-key-file key.txt");
        var show = new Command("show", "Show the wallet's address, balances and stake.");
        show.SetAction(ShowAsync);
        show.AddExamples("market wallet show");
        return new Command("wallet", "Keys and balances.") { create, import, show };
    }

    private static async Task<PrivateKey> ReadKeyAsync(string path, CancellationToken stop)
    {
        if (path != "-" && !File.Exists(path))
        {
            throw new FailureException($"No file '{path}'.");
        }

        var text = path == "-" ? await Console.In.ReadLineAsync(stop).ConfigureAwait(false) : await File.ReadAllTextAsync(path, stop).ConfigureAwait(false);
        return PrivateKey.Parse((text ?? "").Trim());
    }

    private static async Task<int> SaveAsync(ParseResult parsed, PrivateKey key, CancellationToken stop)
    {
        using (key)
        {
            var path = PeerSettings.KeyFile(parsed);
            if (File.Exists(path))
            {
                throw new FailureException($"'{path}' exists; a keystore is never overwritten. --key names another.");
            }

            var password = await PeerSettings.PasswordAsync(parsed, "New password", stop).ConfigureAwait(false);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Keystore.Save(path, Keystore.Encrypt(key, password));
            Terminal(parsed).Answer(new { address = key.Address.ToString(), keystore = path }, console => console.WriteLine($"{key.Address} in {path}. Without file and password nobody can get at it, not even you."));
            return ExitCode.Done;
        }
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken stop)
    {
        using var key = await PeerSettings.OpenKeyAsync(parsed, "wallet.json", stop).ConfigureAwait(false);
        var view = await ChainView.StartAsync(parsed, stop).ConfigureAwait(false);
        await using var _ = view.ConfigureAwait(false);
        var ether = await view.Contract.Client.GetBalanceAsync(key.Address, BlockTag.Latest, stop).ConfigureAwait(false);
        var tokens = await view.Contract.TokensOfAsync(key.Address, stop).ConfigureAwait(false);
        var credit = new Units(view.State.Credits.GetValueOrDefault(key.Address));
        var stake = view.State.StakeOfOwner(key.Address) ?? view.State.StakeOfNode(key.Address);
        Terminal(parsed).Answer(
            new { address = key.Address.ToString(), wei = ether.ToString(System.Globalization.CultureInfo.InvariantCulture), tokens, credit, stake = stake is null ? null : StakeCommand.Describe(stake) },
            console =>
            {
                console.WriteLine($"{key.Address}\n  tokens {tokens}\n  credit {credit}\n  ether {(double)ether / 1e18:0.######}");
                if (stake is not null)
                {
                    console.WriteLine($"  {stake.Role} stake {stake.Id}: {new Units(stake.Amount)}, locked {new Units(stake.Locked)}, earned {new Units(stake.Credit)}");
                }
            });
        return ExitCode.Done;
    }

    private static Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
}
