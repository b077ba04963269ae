using System.CommandLine;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Cli;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Node.Settings;
using Market.Protocol.Money;
using Spectre.Console;

namespace Market.Node.Wallets;

/// <summary><c>market stake deposit|withdraw|show|node</c>.</summary>
public static class StakeCommand
{
    private static readonly Argument<string> Amount = new("amount") { Description = "Tokens, such as 100 or 0.5." };
    private static readonly Argument<string?> Leaving = new("amount") { Description = "Tokens that leave the stake; without it, everything that is due is paid out.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Argument<string> Owner = new("owner") { Description = "Address of the wallet that will own the stake." };
    private static readonly Option<StakeRole> Role = new("--role") { Description = "Provider or verifier.", DefaultValueFactory = _ => StakeRole.Provider };
    private static readonly Option<string?> NodeKey = new("--node-key") { Description = "Keystore of the node that acts for the stake; made with the same password if absent. Default: node.json in the data folder." };

    public static Command Create()
    {
        Role.AcceptOnlyFromAmong("provider", "verifier");
        var deposit = new Command("deposit", "Bond tokens, so that a node of yours may take jobs or judge them.") { Amount, Role, NodeKey };
        deposit.SetAction(DepositAsync);
        deposit.AddExamples("market stake deposit 200", "market stake deposit 200 --role verifier");
        var withdraw = new Command("withdraw", "Begin to unbond tokens, or pay out what is due.") { Leaving };
        withdraw.SetAction(WithdrawAsync);
        withdraw.AddExamples("market stake withdraw 50", "market stake withdraw");
        var show = new Command("show", "Show all stakes; slashed ones are marked.");
        show.SetAction(ShowAsync);
        show.AddExamples("market stake show");
        var node = new Command("node", "Make this machine's node key and have it agree to act for an owner whose wallet is elsewhere, such as in a browser.") { Owner, NodeKey };
        node.SetAction(AgreeAsync);
        node.AddExamples("market stake node 0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
        return new Command("stake", "What stands behind your node's word.") { deposit, withdraw, show, node };
    }

    public static object Describe(StakeRecord stake) => new
    {
        stake = stake.Id,
        role = stake.Role,
        owner = stake.Owner.ToString(),
        node = stake.NodeKey.ToString(),
        amount = new Units(stake.Amount),
        locked = new Units(stake.Locked),
        earned = new Units(stake.Credit),
        unbonding = new Units(stake.Unbonding),
        unbondingUntil = stake.Unbonding == 0 ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeSeconds(stake.UnbondingUntil),
        slashed = stake.Slashed,
    };

    /// <summary>Bonds tokens of an owner for a node, or adds to the owner's stake.</summary>
    public static async Task DepositAsync(MarketAccount owner, PrivateKey node, StakeRole role, Units amount, bool adds, CancellationToken cancellationToken)
    {
        var intent = Guid.NewGuid().ToString("N");
        await owner.AllowAsync(amount, $"allow:{intent}", cancellationToken).ConfigureAwait(false);
        var proof = await NodeProof.SignAsync(owner.Contract, node, owner.Address, cancellationToken).ConfigureAwait(false);
        var call = adds ? MarketCalls.AddStake(amount.Value) : MarketCalls.RegisterStake((byte)role, proof.Node, amount.Value, proof.Signature.ToArray());
        try
        {
            await owner.SendAsync($"stake:{intent}", call, cancellationToken).ConfigureAwait(false);
        }
        catch (MarketRefusedException e) when (e.Error is MarketError.StakeTooSmall small)
        {
            throw new FailureException($"A stake of {new Units(small.Found)} tokens is too small, expected at least {new Units(small.Expected)}.", e);
        }
    }

    private static Units Parse(string text) => Units.TryParse(text, null, out var amount) && amount > Units.Zero
        ? amount
        : throw new FailureException($"'{text}' is no amount, expected tokens such as 100 or 0.5.");

    private static async Task<int> DepositAsync(ParseResult parsed, CancellationToken stop)
    {
        var amount = Parse(parsed.GetValue(Amount)!);
        using var key = await PeerSettings.OpenKeyAsync(parsed, "wallet.json", stop).ConfigureAwait(false);
        using var node = await NodeKeyAsync(parsed, stop).ConfigureAwait(false);
        var view = await ChainView.StartAsync(parsed, stop).ConfigureAwait(false);
        await using var _ = view.ConfigureAwait(false);
        var owner = MarketAccount.Open(view.Contract, key, PeerSettings.DataFolder(parsed));
        await using var __ = owner.ConfigureAwait(false);
        var adds = view.State.StakeOfOwner(key.Address) is { Slashed: false };
        await DepositAsync(owner, node, parsed.GetValue(Role), amount, adds, stop).ConfigureAwait(false);
        var state = await view.Follower.WaitAsync(s => s.StakeOfOwner(key.Address) is { Slashed: false }, stop).ConfigureAwait(false);
        var stake = state.StakeOfOwner(key.Address)!;
        Terminal(parsed).Answer(Describe(stake), console => console.WriteLine($"{stake.Role} stake {stake.Id} of {new Units(stake.Amount)} tokens; node {stake.NodeKey}."));
        return ExitCode.Done;
    }

    private static async Task<int> AgreeAsync(ParseResult parsed, CancellationToken stop)
    {
        var owner = Address.TryParse(parsed.GetValue(Owner), out var address) ? address : throw new FailureException($"'{parsed.GetValue(Owner)}' is no address, expected 0x and 40 digits.");
        using var key = await NodeKeyAsync(parsed, stop).ConfigureAwait(false);
        var deployment = PeerSettings.Deployment(parsed);
        var client = await deployment.ConnectAsync(null, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var proof = await NodeProof.SignAsync(new MarketContract(client, deployment), key, owner, stop).ConfigureAwait(false);
        Terminal(parsed).Answer(
            new { node = proof.Node.ToString(), owner = owner.ToString(), agreement = proof.ToString() },
            console => console.WriteLine($"Node {proof.Node} agrees to act for {owner}. What that wallet needs to stake for it, and nobody else can use:{Environment.NewLine}{proof}"));
        return ExitCode.Done;
    }

    private static async Task<PrivateKey> NodeKeyAsync(ParseResult parsed, CancellationToken stop)
    {
        var path = parsed.GetValue(NodeKey) ?? Path.Combine(PeerSettings.DataFolder(parsed), "node.json");
        var password = await PeerSettings.PasswordAsync(parsed, "Password", stop).ConfigureAwait(false);
        if (File.Exists(path))
        {
            return Keystore.Load(path, password);
        }

        var key = PrivateKey.Generate();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Keystore.Save(path, Keystore.Encrypt(key, password));
        return key;
    }

    private static async Task<int> WithdrawAsync(ParseResult parsed, CancellationToken stop)
    {
        var leaving = parsed.GetValue(Leaving) is { } text ? Parse(text) : Units.Zero;
        using var key = await PeerSettings.OpenKeyAsync(parsed, "wallet.json", stop).ConfigureAwait(false);
        var view = await ChainView.StartAsync(parsed, stop).ConfigureAwait(false);
        await using var _ = view.ConfigureAwait(false);
        var owner = MarketAccount.Open(view.Contract, key, PeerSettings.DataFolder(parsed));
        await using var __ = owner.ConfigureAwait(false);
        var stake = view.State.StakeOfOwner(key.Address);
        var intent = Guid.NewGuid().ToString("N");
        if (leaving > Units.Zero)
        {
            if (stake is null || stake.Free < leaving.Value)
            {
                throw new FailureException($"{new Units(stake?.Free ?? 0)} tokens of stake of {key.Address} are free to leave, expected at least {leaving}.");
            }

            var receipt = await owner.SendAsync($"unbond:{intent}", MarketCalls.Unbond(leaving.Value), stop).ConfigureAwait(false);
            var state = await view.Follower.WaitAsync(s => s.Block >= receipt.BlockNumber, stop).ConfigureAwait(false);
            stake = state.StakeOfOwner(key.Address)!;
            var until = DateTimeOffset.FromUnixTimeSeconds(stake.UnbondingUntil);
            Terminal(parsed).Answer(Describe(stake), console => console.WriteLine($"{leaving} tokens can be paid out after {until:u}."));
            return ExitCode.Done;
        }

        var due = stake is { Unbonding: > 0 } && view.State.Time >= stake.UnbondingUntil ? stake.Unbonding : 0;
        var credit = view.State.Credits.GetValueOrDefault(key.Address) + (stake?.Credit ?? 0);
        if (due + credit == 0)
        {
            throw new FailureException(stake is { Unbonding: > 0 }
                ? $"Nothing is due before {DateTimeOffset.FromUnixTimeSeconds(stake.UnbondingUntil):u}."
                : "Nothing is due: neither earnings nor unbonded stake.");
        }

        if (due > 0)
        {
            await owner.SendAsync($"withdraw-stake:{intent}", MarketCalls.WithdrawStake(key.Address), stop).ConfigureAwait(false);
        }

        if (credit > 0)
        {
            await owner.SendAsync($"withdraw:{intent}", MarketCalls.Withdraw(key.Address), stop).ConfigureAwait(false);
        }

        Terminal(parsed).Answer(new { paid = new Units(due + credit), to = key.Address.ToString() }, console => console.WriteLine($"{new Units(due + credit)} tokens paid to {key.Address}."));
        return ExitCode.Done;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken stop)
    {
        var view = await ChainView.StartAsync(parsed, stop).ConfigureAwait(false);
        await using var _ = view.ConfigureAwait(false);
        var stakes = view.State.Stakes.Values.OrderBy(s => s.Id).ToList();
        Terminal(parsed).Answer(stakes.Select(Describe), console =>
        {
            var table = new Table().AddColumns("stake", "role", "bonded", "locked", "earned", "owner", "");
            foreach (var s in stakes)
            {
                table.AddRow($"{s.Id}", $"{s.Role}", $"{new Units(s.Amount)}", $"{new Units(s.Locked)}", $"{new Units(s.Credit)}", $"{s.Owner}", s.Slashed ? "slashed" : "");
            }

            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
}
