using System.Globalization;
using System.Numerics;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Ethereum.Keys;
using Market.Ethereum.Rpc;
using Market.Ethereum.Tests.Chains;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using JobSpec = Market.Chain.Contracts.JobSpec;

namespace Market.Chain.Tests.State;

/// <summary>A market on anvil on which people do what comes into their heads, as far as the contract lets them.</summary>
internal sealed class RandomMarket : IAsyncDisposable
{
    private const ulong Token = 1_000_000_000;
    private static readonly Hash256 Class = Keccak256.Hash("class"u8);
    private readonly List<JobSpec> _posted = [];
    private readonly List<(Address Owner, Address Node)> _stakers = [];
    private readonly Dictionary<(JobId, int, uint), (Hash256 Root, Hash256 Salt)> _commitments = [];

    private RandomMarket(DevChain chain, Deployment deployment)
    {
        Chain = chain;
        Deployment = deployment;
    }

    public DevChain Chain { get; }

    public Deployment Deployment { get; }

    /// <summary>A new market on a new chain.</summary>
    /// <param name="members">How many bond a stake; the first four as providers.</param>
    public static async Task<RandomMarket> StartAsync(int members = 8)
    {
        var chain = await DevChain.StartAsync(ChainProgram.Anvil);
        using var deployer = PrivateKey.Parse(DevChain.FundedKey);
        var folder = Directory.CreateTempSubdirectory("market-chain").FullName;
        // A window for claims that a random walk often sees the end of.
        var terms = MarketDeployer.DevnetTerms with { ClaimWindow = 60 };
        var deployment = await MarketDeployer.DeployAsync(
            chain.Client, deployer, folder, null, BigInteger.Pow(10, 15), MarketDeployer.DevnetParameters, [terms], TestContext.Current.CancellationToken);
        Directory.Delete(folder, recursive: true);
        var market = new RandomMarket(chain, deployment);
        await market.SendAsync(DevChain.Funded, deployment.Token, MarketTokenCalls.Approve(deployment.Market, BigInteger.Pow(10, 15)));
        await market.SendAsync(DevChain.Funded, deployment.Market, MarketCalls.Deposit(1000 * Token));
        for (var i = 0; i < members; i++)
        {
            using var node = PrivateKey.Generate();
            await market.JoinAsync(i < 4 ? StakeRole.Provider : StakeRole.Verifier, node);
        }

        return market;
    }

    public ValueTask DisposeAsync() => Chain.DisposeAsync();

    /// <summary>Tries random actions and says how many the contract took.</summary>
    public async Task<int> PlayAsync(int seed, int actions)
    {
        var random = new Random(seed);
        var taken = 0;
        for (var i = 0; i < actions; i++)
        {
            var state = await FoldAsync();
            if (random.Next(40) == 0)
            {
                await Chain.RequestAsync("evm_increaseTime", random.Next(1, 60));
                await Chain.MineAsync();
            }

            if (random.Next(2) == 0 && state.NewestJobs().Where(j => !j.IsOver).Take(2).LastOrDefault() is { } oldest)
            {
                taken += await AdvanceAsync(random, state, oldest) ? 1 : 0;
                continue;
            }

            var (from, call) = _posted.Count == 0 || random.Next(6) == 0 ? await AloneAsync(random) : AboutJob(random, state);
            taken += await TryAsync(from, call) ? 1 : 0;
        }

        return taken;
    }

    /// <summary>Plays one job of the first provider and the first verifier to its end.</summary>
    /// <param name="tasks">How many tasks it has.</param>
    /// <param name="checkBps">What share is checked.</param>
    /// <param name="evictedFirst">Whether the provider first claims another job and delivers nothing.</param>
    /// <param name="withResult">Whether the provider claims with the result at hand; else it works for 10 seconds after the claim.</param>
    public async Task FinishAsync(uint tasks, ushort checkBps, bool evictedFirst, bool withResult = false)
    {
        var (_, provider) = _stakers[0];
        if (evictedFirst)
        {
            var missed = await PostAsync(tasks, checkBps);
            await MustAsync(provider, MarketCalls.Claim(missed, 0));
            await Chain.RequestAsync("evm_increaseTime", 3600);
            await MustAsync(DevChain.Funded, MarketCalls.Evict(missed, 0));
        }

        var spec = await PostAsync(tasks, checkBps);
        if (withResult)
        {
            await MustAsync(provider, MarketCalls.ClaimAndSubmit(spec, Class, Class));
        }
        else
        {
            await MustAsync(provider, MarketCalls.Claim(spec, 0));
            await Chain.RequestAsync("evm_increaseTime", 10);
            await MustAsync(provider, MarketCalls.Submit(spec, Class, Class));
        }

        await Chain.MineAsync(3);
        await MustAsync(_stakers[4].Node, MarketCalls.Verdict(spec, 1, 0, Class, 0));
        await Chain.RequestAsync("evm_increaseTime", 3600);
        await MustAsync(DevChain.Funded, MarketCalls.Finalize(spec));
    }

    public async Task<MarketState> FoldAsync()
    {
        var head = await Chain.Client.BlockNumberAsync(TestContext.Current.CancellationToken);
        var filter = new LogFilter { Addresses = [Deployment.Market] };
        var logs = await Chain.Client.GetLogsAsync(filter, Deployment.Block, head, TestContext.Current.CancellationToken);
        return logs.Aggregate(MarketState.Empty, (state, log) => state.Apply(log));
    }

    public Task<ReadOnlyMemory<byte>> ReadAsync(byte[] call) =>
        Chain.Client.CallAsync(new CallRequest { To = Deployment.Market, Data = call }, BlockTag.Latest, TestContext.Current.CancellationToken);

    /// <summary>Posts a job of one replica, of nobody's bundle or one that is told.</summary>
    public async Task<JobSpec> PostAsync(uint tasks, ushort checkBps, Hash256? bundle = null)
    {
        var nonce = MarketCalls.ReadNonceOf((await ReadAsync(MarketCalls.NonceOf(DevChain.Funded))).Span);
        var spec = new JobSpec(DevChain.Funded, nonce, bundle ?? Keccak256.Hash([1]), tasks, 1, Token / 2, Token / 4, Token, checkBps, 1000, 1, 1000, 1000);
        await MustAsync(DevChain.Funded, MarketCalls.Post(spec));
        await Chain.MineAsync(3);
        return spec;
    }

    /// <summary>Does what the contract must take.</summary>
    public async Task MustAsync(Address from, byte[] call)
    {
        var receipt = await SendAsync(from, Deployment.Market, call);
        Assert.True(receipt.Succeeded, $"A transaction of {from} was refused.");
    }

    /// <summary>Bonds a stake that a node's key acts for.</summary>
    public async Task JoinAsync(StakeRole role, PrivateKey node)
    {
        using var owner = PrivateKey.Generate();
        await SendAsync(DevChain.Funded, Deployment.Token, MarketTokenCalls.Transfer(owner.Address, 200 * Token));
        await SendAsync(owner.Address, Deployment.Token, MarketTokenCalls.Approve(Deployment.Market, 200 * Token));
        var message = MarketCalls.ReadNodeKeyMessage((await ReadAsync(MarketCalls.NodeKeyMessage(owner.Address))).Span);
        var proof = node.Sign(PersonalMessage.Hash(message.ToArray())).ToArray();
        await SendAsync(owner.Address, Deployment.Market, MarketCalls.RegisterStake((byte)role, node.Address, 100 * Token, proof));
        _stakers.Add((owner.Address, node.Address));
    }

    /// <summary>What moves a job on, so that plays see every state and not only its beginnings; what comes too late closes it.</summary>
    private async Task<bool> AdvanceAsync(Random random, MarketState state, JobRecord job)
    {
        var seat = (byte)random.Next(job.Seats.Length);
        var holder = job.Seats[seat].Provider is var provider and not 0 ? state.Stakes[provider].NodeKey : _stakers[random.Next(4)].Node;
        var root = Keccak256.Hash([1]);
        var results = job.Seats.Select((s, i) => s.HasResult ? 1 << i : 0).Sum();
        var accepted = results & random.Next(1, 1 << job.Seats.Length);
        var (from, call, late) = job.State switch
        {
            JobState.Open => (holder, MarketCalls.Claim(job.Spec, seat), MarketCalls.Close(job.Spec)),
            JobState.Running => (
                holder, job.Seats.Length == 1 ? MarketCalls.Submit(job.Spec, Class, root) : Commit(job, seat, job.Seats[seat].Provider, root), MarketCalls.Close(job.Spec)),
            JobState.Revealing => (holder, Reveal(job, seat, job.Seats[seat].Provider), MarketCalls.Close(job.Spec)),
            JobState.Verifying => (
                _stakers[4 + random.Next(4)].Node, MarketCalls.Verdict(job.Spec, (byte)accepted, (byte)(results & ~accepted & random.Next(8)), root, 0),
                MarketCalls.VerdictByDefault(job.Spec)),
            JobState.Paid when random.Next(2) == 0 => (
                random.Next(2) == 0 ? DevChain.Funded : holder, MarketCalls.Challenge(job.Spec, random.Next(4) == 0 ? DisputePoint.Verifier : seat, (uint)random.Next(8)),
                MarketCalls.Finalize(job.Spec)),
            JobState.Disputed => await DisputeAsync(random, state, job),
            _ => (DevChain.Funded, MarketCalls.Finalize(job.Spec), MarketCalls.Finalize(job.Spec)),
        };
        if (await TryAsync(from, call))
        {
            return true;
        }

        await Chain.MineAsync();
        return await TryAsync(DevChain.Funded, late);
    }

    /// <summary>What moves a dispute on; most jurors call everything wrong, one nothing.</summary>
    private async Task<(Address From, byte[] Call, byte[] Late)> DisputeAsync(Random random, MarketState state, JobRecord job)
    {
        var dispute = job.Dispute!;
        if (random.Next(2) == 0 && dispute.Phase is DisputePhase.Filing or DisputePhase.Decided)
        {
            await Chain.RequestAsync("evm_increaseTime", 21);
            await Chain.MineAsync();
        }

        var (_, node) = _stakers[4 + random.Next(4)];
        var juror = state.StakeOfNode(node)!.Id;
        var wrong = (byte)(juror % 4 == 0 ? 0 : (1 << dispute.Points.Length) - 1);
        var (digest, salt) = (Keccak256.Hash([1]), Keccak256.Hash([2]));
        var proceed = MarketCalls.Proceed(job.Spec);
        switch (dispute.Phase)
        {
            case DisputePhase.Filing: return (DevChain.Funded, MarketCalls.CallCommittee(job.Spec), MarketCalls.CallCommittee(job.Spec));
            case DisputePhase.Seating: return (node, MarketCalls.Join(job.Spec), proceed);
            case DisputePhase.Voting:
                var asked = await ReadAsync(MarketCalls.VoteCommitment(job.Id.ToHash(), dispute.Round, juror, wrong, digest, salt));
                return (node, MarketCalls.Vote(job.Spec, MarketCalls.ReadVoteCommitment(asked.Span)), proceed);
            case DisputePhase.Opening: return (node, MarketCalls.OpenVote(job.Spec, wrong, digest, salt), proceed);
            default: return (DevChain.Funded, random.Next(3) == 0 ? MarketCalls.Appeal(job.Spec) : MarketCalls.Settle(job.Spec), MarketCalls.Settle(job.Spec));
        }
    }

    private async Task<(Address From, byte[] Call)> AloneAsync(Random random)
    {
        var (owner, _) = _stakers[random.Next(_stakers.Count)];
        switch (random.Next(8))
        {
            // Stake that is added does not count for jobs that are there: rarely, or nobody could claim.
            case 0 when random.Next(6) == 0: return (owner, MarketCalls.AddStake((ulong)random.Next(1, 5) * Token));
            case 1: return (owner, MarketCalls.Unbond((ulong)random.Next(1, 5) * Token));
            case 2: return (owner, MarketCalls.WithdrawStake(owner));
            case 3: return (owner, MarketCalls.Withdraw(owner));
            case 4: return (owner, MarketCalls.PublishProfile(Keccak256.Hash([(byte)random.Next(256)]), $"/ip4/127.0.0.1/tcp/{random.Next(1, 65536)}"));
            default:
                var nonce = MarketCalls.ReadNonceOf((await ReadAsync(MarketCalls.NonceOf(DevChain.Funded))).Span);
                var spec = new JobSpec(
                    DevChain.Funded, nonce, Keccak256.Hash([1]), 8, (byte)random.Next(1, 4), Token / 2, Token / 4, Token, 2000, 1000, 1, 1000, 1000);
                _posted.Add(spec);
                return (DevChain.Funded, MarketCalls.Post(spec));
        }
    }

    private (Address From, byte[] Call) AboutJob(Random random, MarketState state)
    {
        var spec = _posted[Math.Max(0, _posted.Count - 1 - random.Next(3))];
        var seat = (byte)random.Next(spec.Replicas);
        var (owner, node) = _stakers[random.Next(_stakers.Count)];
        var job = state.NewestJobs().FirstOrDefault(j => j.Spec == spec);
        if (job is { IsJudged: false } && random.Next(3) > 0 && job.Seats[seat].Provider is var holder and not 0)
        {
            node = state.Stakes[holder].NodeKey;
        }

        var stake = state.StakeOfNode(node)?.Id ?? 0;
        var root = Keccak256.Hash([(byte)random.Next(2)]);
        var mask = (byte)random.Next(1 << spec.Replicas);
        return random.Next(14) switch
        {
            0 or 1 or 2 => (node, MarketCalls.Claim(spec, seat)),
            3 => (node, MarketCalls.Submit(spec, Class, root)),
            4 or 5 => (node, job is null ? MarketCalls.Close(spec) : Commit(job, seat, stake, root)),
            6 => (node, MarketCalls.CommitAndReveal(spec, seat, Class, root)),
            7 or 8 => (node, job is null ? MarketCalls.Close(spec) : Reveal(job, seat, stake)),
            9 => (owner, random.Next(2) == 0 ? MarketCalls.Evict(spec, seat) : MarketCalls.Close(spec)),
            10 => (node, random.Next(2) == 0 ? MarketCalls.RequestLeaf(spec, seat, (uint)random.Next(8)) : MarketCalls.MarkUnserved(spec, seat)),
            11 => (node, MarketCalls.Verdict(spec, mask, (byte)(~mask & random.Next(1 << spec.Replicas)), root, 0)),
            12 => (DevChain.Funded, random.Next(2) == 0 ? MarketCalls.Raise(spec, Token / 10) : MarketCalls.VerdictByDefault(spec)),
            _ => (owner, MarketCalls.Finalize(spec)),
        };
    }

    private byte[] Commit(JobRecord job, byte seat, uint stake, Hash256 root)
    {
        var salt = Keccak256.Hash([seat]);
        var call = MarketCalls.Commitment(job.Id.ToHash(), stake, Class, root, salt);
        var commitment = MarketCalls.ReadCommitment(ReadAsync(call).GetAwaiter().GetResult().Span);
        if (!_commitments.ContainsKey((job.Id, seat, stake)) || job.Seats[seat].State == SeatState.Claimed)
        {
            _commitments[(job.Id, seat, stake)] = (root, salt);
        }

        return MarketCalls.Commit(job.Spec, seat, commitment);
    }

    private byte[] Reveal(JobRecord job, byte seat, uint stake) => _commitments.TryGetValue((job.Id, seat, stake), out var made)
        ? MarketCalls.Reveal(job.Spec, seat, Class, made.Root, made.Salt)
        : MarketCalls.Close(job.Spec);

    private async Task<bool> TryAsync(Address from, byte[] call)
    {
        try
        {
            await Chain.Client.CallAsync(new CallRequest { From = from, To = Deployment.Market, Data = call }, BlockTag.Latest, TestContext.Current.CancellationToken);
        }
        catch (RpcException e) when (e.Kind is RpcErrorKind.Revert)
        {
            return false;
        }

        return (await SendAsync(from, Deployment.Market, call)).Succeeded;
    }

    private async Task<TransactionReceipt> SendAsync(Address from, Address to, byte[] call)
    {
        await Chain.SetBalanceAsync(from, BigInteger.Pow(10, 20));
        await Chain.RequestAsync("anvil_impersonateAccount", from.ToString());
        var request = new System.Text.Json.Nodes.JsonObject
        {
            ["from"] = from.ToString(),
            ["to"] = to.ToString(),
            ["data"] = Hex.Encode(call),
            ["gas"] = "0x" + 3_000_000.ToString("x", CultureInfo.InvariantCulture),
        };
        var hash = await Chain.RequestAsync("eth_sendTransaction", request);
        return await Chain.ReceiptAsync(Hash256.Parse(hash!.GetValue<string>()));
    }
}
