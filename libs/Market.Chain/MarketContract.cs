using System.Numerics;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Ethereum.Rpc;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Chain;

/// <summary>Reads the contract, and calls it as one account.</summary>
/// <param name="client">The chain.</param>
/// <param name="deployment">Where the contract is.</param>
public sealed class MarketContract(EthereumClient client, Deployment deployment)
{
    /// <summary>The chain.</summary>
    public EthereumClient Client => client;

    /// <summary>Where the contract is.</summary>
    public Deployment Deployment => deployment;

    /// <summary>What the deployment fixed for ever.</summary>
    public async Task<Parameters> ParametersAsync(CancellationToken cancellationToken) =>
        MarketCalls.ReadParameters((await CallAsync(MarketCalls.Parameters(), cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>How many of the token's smallest units one unit of the market is.</summary>
    public async Task<BigInteger> UnitAsync(CancellationToken cancellationToken) =>
        MarketCalls.ReadUnit((await CallAsync(MarketCalls.Unit(), cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>Whether a stake could claim a seat, or give the verdict, now.</summary>
    public async Task<bool> IsEligibleAsync(JobSpec spec, uint stake, CancellationToken cancellationToken) =>
        MarketCalls.ReadIsEligible((await CallAsync(MarketCalls.IsEligible(spec, stake), cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>What draws the samples of a job that is being verified, as the contract's <c>sampleSeed</c> says one block later.</summary>
    /// <param name="job">The job.</param>
    /// <param name="drawBlock">The block that draws; it must be there.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="EthereumException">The endpoint has no such block yet.</exception>
    public async Task<Seed> SampleSeedAsync(JobId job, uint drawBlock, CancellationToken cancellationToken)
    {
        var block = await client.GetBlockAsync(drawBlock, cancellationToken).ConfigureAwait(false)
            ?? throw new EthereumException($"The endpoint has no block {drawBlock}, whose hash draws the samples of job {job}.");
        return Keccak256.Hash([.. block.Hash.ToArray(), .. job.Value.ToArray()]).ToId<Seed>();
    }

    /// <summary>The commitment to a result.</summary>
    public async Task<Hash256> CommitmentAsync(JobId job, uint stake, Hash256 determinismClass, Hash256 root, Hash256 salt, CancellationToken cancellationToken) =>
        MarketCalls.ReadCommitment((await CallAsync(MarketCalls.Commitment(job.ToHash(), stake, determinismClass, root, salt), cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>The commitment to a juror's vote.</summary>
    public async Task<Hash256> VoteCommitmentAsync(JobId job, byte round, uint juror, byte wrong, Hash256 digest, Hash256 salt, CancellationToken cancellationToken) =>
        MarketCalls.ReadVoteCommitment((await CallAsync(MarketCalls.VoteCommitment(job.ToHash(), round, juror, wrong, digest, salt), cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>What a juror is paid for one point.</summary>
    public async Task<Units> JurorFeeAsync(JobSpec spec, CancellationToken cancellationToken) =>
        new(MarketCalls.ReadJurorFeeOf((await CallAsync(MarketCalls.JurorFeeOf(spec), cancellationToken).ConfigureAwait(false)).Span));

    /// <summary>What it takes to contest one point (committee 1), or to call a further committee.</summary>
    public async Task<Units> BondOfAsync(JobSpec spec, byte round, byte points, CancellationToken cancellationToken) =>
        new(MarketCalls.ReadBondOf((await CallAsync(MarketCalls.BondOf(spec, round, points), cancellationToken).ConfigureAwait(false)).Span));

    /// <summary>What the arbiter finds of a judgement, by number (contracts/judging/Finding.sol); null where it refuses to judge.</summary>
    public async Task<byte?> AskArbiterAsync(byte[] judgement, CancellationToken cancellationToken)
    {
        var arbiter = (await ParametersAsync(cancellationToken).ConfigureAwait(false)).Arbiter;
        try
        {
            return ArbiterCalls.ReadJudgeOperator((await client.CallAsync(new CallRequest { To = arbiter, Data = judgement }, BlockTag.Latest, cancellationToken).ConfigureAwait(false)).Span);
        }
        catch (RpcException e) when (e.Kind is RpcErrorKind.Revert)
        {
            return null;
        }
    }

    /// <summary>What a node key signs (EIP-191) to prove that it agrees to act for an owner.</summary>
    public async Task<Hash256> NodeKeyMessageAsync(Address owner, CancellationToken cancellationToken) =>
        MarketCalls.ReadNodeKeyMessage((await CallAsync(MarketCalls.NodeKeyMessage(owner), cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>The credit of an account, apart from what its stake earned.</summary>
    public async Task<Units> CreditOfAsync(Address account, CancellationToken cancellationToken) =>
        new(MarketCalls.ReadCreditOf((await CallAsync(MarketCalls.CreditOf(account), cancellationToken).ConfigureAwait(false)).Span));

    /// <summary>How many jobs an account has posted.</summary>
    public async Task<ulong> NonceOfAsync(Address requester, CancellationToken cancellationToken) =>
        MarketCalls.ReadNonceOf((await CallAsync(MarketCalls.NonceOf(requester), cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>The id that a spec will have.</summary>
    public async Task<JobId> JobIdOfAsync(JobSpec spec, CancellationToken cancellationToken) =>
        MarketCalls.ReadJobIdOf((await CallAsync(MarketCalls.JobIdOf(spec), cancellationToken).ConfigureAwait(false)).Span).ToId<JobId>();

    /// <summary>Tokens of an account, in whole units of the market.</summary>
    public async Task<Units> TokensOfAsync(Address account, CancellationToken cancellationToken)
    {
        var data = await CallAsync(deployment.Token, MarketTokenCalls.BalanceOf(account), cancellationToken).ConfigureAwait(false);
        return InUnits(MarketTokenCalls.ReadBalanceOf(data.Span), await UnitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What the market may take from an account, in whole units of the market.</summary>
    public async Task<Units> AllowanceOfAsync(Address account, CancellationToken cancellationToken)
    {
        var data = await CallAsync(deployment.Token, MarketTokenCalls.Allowance(account, deployment.Market), cancellationToken).ConfigureAwait(false);
        return InUnits(MarketTokenCalls.ReadAllowance(data.Span), await UnitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Asks whether a call of an account would succeed now.</summary>
    /// <param name="from">The account.</param>
    /// <param name="to">The market, or its token.</param>
    /// <param name="data">The call's data.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MarketRefusedException">It would not; the reason says why.</exception>
    public async Task TryAsync(Address from, Address to, byte[] data, CancellationToken cancellationToken)
    {
        try
        {
            await client.CallAsync(new CallRequest { From = from, To = to, Data = data }, BlockTag.Latest, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Kind is RpcErrorKind.Revert)
        {
            throw new MarketRefusedException(MarketError.Decode(e.RevertData.Span), null, e);
        }
    }

    internal Task<ReadOnlyMemory<byte>> AskTokenAsync(byte[] data, CancellationToken cancellationToken) => CallAsync(deployment.Token, data, cancellationToken);

    private static Units InUnits(BigInteger amount, BigInteger unit) => new((ulong)BigInteger.Min(amount / unit, ulong.MaxValue));

    private Task<ReadOnlyMemory<byte>> CallAsync(byte[] data, CancellationToken cancellationToken) => CallAsync(deployment.Market, data, cancellationToken);

    private async Task<ReadOnlyMemory<byte>> CallAsync(Address to, byte[] data, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CallAsync(new CallRequest { To = to, Data = data }, BlockTag.Latest, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Kind is RpcErrorKind.Revert)
        {
            throw new MarketRefusedException(MarketError.Decode(e.RevertData.Span), null, e);
        }
    }
}
