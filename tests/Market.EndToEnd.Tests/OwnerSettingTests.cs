using Market.Chain;
using Market.Ethereum.Keys;
using Market.Ethereum.TypedData;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Node.Requests;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.EndToEnd.Tests;

/// <summary>A node does what the owner of its stake signed, and nothing that anybody else signed.</summary>
[Collection(nameof(SharedDevnet))]
public sealed class OwnerSettingTests(DevnetFixture fixture)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_takes_the_least_reward_from_its_owner_alone_keeps_it_over_a_restart_and_tells_which_jobs_it_refused()
    {
        var provider = fixture.Providers[0];
        await using var peer = await fixture.RequesterAsync(Stop);
        var (owner, stranger) = (provider.Owner.Key, fixture.Devnet.Requester.Key);
        var wish = new OwnerSetting(provider.Node.Key.Address, Units.Parse("0.35"), peer.Follower.State.Time);

        Assert.Contains($"{stranger.Address} signed it, expected {owner.Address}", await TellAsync(peer, wish, stranger), StringComparison.Ordinal);
        Assert.Contains($"expected {owner.Address}", await TellAsync(peer, wish, provider.Node.Key), StringComparison.Ordinal);
        Assert.Contains("expected", await TellAsync(peer, wish, owner, fixture.Devnet.Deployment with { ChainId = 1 }), StringComparison.Ordinal);
        Assert.Contains("expected", await TellAsync(peer, wish with { LeastReward = Units.Parse("0.36") }, owner, signed: wish), StringComparison.Ordinal);
        Assert.Contains("expected within 3600 seconds", await TellAsync(peer, wish with { SignedAt = wish.SignedAt - 4000 }, owner), StringComparison.Ordinal);
        Assert.Contains("expected within 3600 seconds", await TellAsync(peer, wish with { SignedAt = ulong.MaxValue }, owner), StringComparison.Ordinal);
        Assert.Equal(Units.Zero, (await AskAsync(peer)).Status!.LeastReward);

        Assert.Null(await TellAsync(peer, wish, owner));
        Assert.Equal(wish.LeastReward, (await AskAsync(peer)).Status!.LeastReward);
        Assert.Contains("the same time or later", await TellAsync(peer, wish, owner), StringComparison.Ordinal);
        await fixture.KillAndStartAsync(provider, Stop);
        Assert.Equal(wish.LeastReward, (await AskAsync(peer)).Status!.LeastReward);

        var package = await TestJob.PackageAsync(peer, TestJob.DirectionModel, [1, 3, 48, 192], 1, Stop);
        var order = new JobOrder { Replicas = 2, Reward = Units.Parse("0.1") };
        var requester = new Requester(peer);
        var job = await requester.PostAsync(package, order.ToSpec(package, peer.Deployment.Terms), Stop);
        job = await requester.AttendAsync(job.Id, _ => { }, Stop);
        Assert.Equal(JobState.Final, job.State);
        Assert.DoesNotContain(job.Seats, seat => seat.Provider == provider.Stake);
        Assert.Equal(RefusalReason.PriceTooLow, Assert.Single((await AskAsync(peer)).Refused!.Jobs, r => r.Job == job.Id).Reason);

        var state = peer.Follower.State;
        Assert.True(state.Time > wish.SignedAt);
        Assert.Null(await TellAsync(peer, wish with { LeastReward = Units.Zero, SignedAt = state.Time }, owner));
    }

    /// <summary>What the node says, once the chain here says where it is.</summary>
    private async Task<PeerAnswer> AskAsync(PeerNode peer)
    {
        while (true)
        {
            var state = peer.Follower.State;
            var answer = await PeerAnswer.AskAsync(peer.Node, state, state.Stakes[fixture.Providers[0].Stake], Stop);
            if (answer.Status is not null)
            {
                return answer;
            }

            await peer.Follower.NextAsync(state, Stop);
        }
    }

    /// <summary>Brings the node a setting, by default with the signature for just that.</summary>
    private async Task<string?> TellAsync(PeerNode peer, OwnerSetting setting, PrivateKey key, Deployment? market = null, OwnerSetting? signed = null)
    {
        var signature = key.Sign(TypedDataDocument.Parse((signed ?? setting).Document(market ?? peer.Deployment)).SigningHash());
        var node = PeerAccounts.Find(peer.Node, peer.Follower.State, fixture.Providers[0].Node.Key.Address)!;
        return await OwnerSettings.TellAsync(peer.Node, node, setting, signature, Stop);
    }
}
