using System.Numerics;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;

namespace Market.Chain;

/// <summary>Puts a market on a chain. Whoever deploys it has no right in it afterwards.</summary>
public static class MarketDeployer
{
    /// <summary>Windows of minutes, for jobs of small models on a devnet; the longest job ends within an hour.</summary>
    public static Terms DevnetTerms { get; } = new(ClaimWindow: 90, RunWindow: 40, RevealWindow: 20, VerdictWindow: 40, LeafWindow: 20, ChallengeWindow: 8, DisputeWindow: 20, Quorum: 1);

    /// <summary>Windows for a network of strangers: hours to run, an hour to object.</summary>
    public static Terms NetworkTerms { get; } = new(ClaimWindow: 3600, RunWindow: 7200, RevealWindow: 900, VerdictWindow: 3600, LeafWindow: 600, ChallengeWindow: 3600, DisputeWindow: 3600, Quorum: 2);

    /// <summary>What requesters on a devnet choose from: the last for jobs that take ten times as long.</summary>
    public static IReadOnlyList<Terms> DevnetChoice { get; } = [DevnetTerms, DevnetTerms with { RunWindow = 400 }];

    /// <summary>What requesters of a network choose from: by default two hours to run, else twenty minutes or a day.</summary>
    public static IReadOnlyList<Terms> NetworkChoice { get; } = [NetworkTerms, NetworkTerms with { ClaimWindow = 900, RunWindow = 1200 }, NetworkTerms with { RunWindow = 86_400 }];

    /// <summary>A devnet's parameters: everybody is eligible with the first block after the draw, small stakes suffice, and committees have 3 and 5 members.</summary>
    public static Parameters DevnetParameters { get; } = new(SeedLag: 1, GrowthBlocks: 1, Unbonding: 3600, MinCheckBps: 100, EvictionReward: 1_000_000, MinStake: 1_000_000_000, Committees: 0x0503, Arbiter: default);

    /// <summary>A network's parameters: seats follow stake, draws wait two blocks, stake is within reach for 21 days, and committees have 3, 7, 15 and 31 members.</summary>
    public static Parameters NetworkParameters { get; } = new(SeedLag: 2, GrowthBlocks: 200, Unbonding: 21 * 86_400, MinCheckBps: 200, EvictionReward: 50_000_000, MinStake: 100_000_000_000, Committees: 0x1F_0F_07_03, Arbiter: default);

    /// <summary>Deploys the judges and the market, registers terms, and deploys a token first if none is given.</summary>
    /// <param name="client">The chain.</param>
    /// <param name="deployer">Who pays the gas, and gets the supply of a new token.</param>
    /// <param name="folder">Where the deployer's journal is kept, so that a cut deployment goes on where it was.</param>
    /// <param name="token">The token in which the market pays; null to deploy one of nine decimals.</param>
    /// <param name="supply">The supply of a new token, in its smallest units.</param>
    /// <param name="parameters">What the deployment fixes; without an arbiter, one is deployed.</param>
    /// <param name="terms">Terms to choose from; jobs use the first unless they name others.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="MarketRefusedException">The parameters or terms are not valid.</exception>
    public static async Task<Deployment> DeployAsync(
        EthereumClient client, PrivateKey deployer, string folder, Address? token, BigInteger supply, Parameters parameters, IReadOnlyList<Terms> terms,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(deployer);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfZero(terms?.Count ?? 0, nameof(terms));
        var chain = await client.ChainIdAsync(cancellationToken).ConfigureAwait(false);
        using var journal = SendJournal.Open(Path.Combine(folder, $"deploy-{chain}-{deployer.Address}.jsonl"), chain, deployer.Address);
        var sender = new TransactionSender(client, deployer, journal, new SenderOptions { PollInterval = TimeSpan.FromMilliseconds(250) });
        await using var _ = sender.ConfigureAwait(false);
        try
        {
            var coin = token ?? Created(await sender.SendAsync(
                "token", new TransactionIntent { Data = MarketTokenCalls.Create(deployer.Address, supply) }, cancellationToken).ConfigureAwait(false));
            if (parameters.Arbiter == default)
            {
                parameters = parameters with { Arbiter = await DeployArbiterAsync(sender, cancellationToken).ConfigureAwait(false) };
            }

            var creation = await sender.SendAsync(
                "market", new TransactionIntent { Data = MarketCalls.Create(coin, parameters) }, cancellationToken).ConfigureAwait(false);
            var market = Created(creation);
            foreach (var (index, choice) in terms!.Index())
            {
                // One after the other, since the market numbers them as they come.
                await sender.SendAsync($"terms {index + 1}", new TransactionIntent { To = market, Data = MarketCalls.RegisterTerms(choice) }, cancellationToken).ConfigureAwait(false);
            }

            return new Deployment(chain, market, coin, creation.BlockNumber, 1);
        }
        catch (TransactionRevertedException e)
        {
            throw new MarketRefusedException(MarketError.Decode(e.RevertData.Span), e.Receipt, e);
        }
    }

    private static async Task<Address> DeployArbiterAsync(TransactionSender sender, CancellationToken cancellationToken)
    {
        async Task<Address> DeployAsync(string intent, byte[] code) =>
            Created(await sender.SendAsync(intent, new TransactionIntent { Data = code }, cancellationToken).ConfigureAwait(false));

        var copies = await DeployAsync("judge of copies", CopyJudgeCalls.Create()).ConfigureAwait(false);
        var exact = await DeployAsync("judge of exact operators", ExactJudgeCalls.Create()).ConfigureAwait(false);
        var sums = await DeployAsync("judge of sums", SumJudgeCalls.Create()).ConfigureAwait(false);
        var replicas = await DeployAsync("judge of replicas", ReplicaJudgeCalls.Create()).ConfigureAwait(false);
        return await DeployAsync("arbiter", ArbiterCalls.Create(copies, exact, sums, replicas)).ConfigureAwait(false);
    }

    private static Address Created(TransactionReceipt receipt) =>
        receipt.ContractAddress ?? throw new EthereumException($"Transaction {receipt.TransactionHash} created no contract.");
}
