using Bunit;
using Market.Jobs.Peers;
using Market.Protocol.Jobs;
using Market.Web.Components.Earning;

namespace Market.Web.Tests;

/// <summary>What an owner sees of its node.</summary>
public sealed class EarningTests
{
    private static readonly PeerAnswer Away = new(null, null, "refused <b>");

    [Fact]
    public void A_node_is_asked_then_away_or_there()
    {
        using var context = new BunitContext();
        Assert.Contains("Asking its node", Says(null), StringComparison.Ordinal);
        Assert.Contains("does not answer.</b> refused &lt;b&gt;", Says(Away), StringComparison.Ordinal);
        Assert.Contains("answers in 12.5 ms", Says(new PeerAnswer(TimeSpan.FromMilliseconds(12.5), null, null)), StringComparison.Ordinal);

        string Says(PeerAnswer? answer) => context.Render<NodeState>(p => p.Add(x => x.Answer, answer)).Markup;
    }

    [Fact]
    public async Task Owners_are_warned_before_it_costs_them_money_and_not_else()
    {
        await using var market = await Chain.Tests.State.RandomMarket.StartAsync();
        await market.PlayAsync(5, 200);
        var state = await market.FoldAsync();
        var held = state.Jobs.Values.SelectMany(j => j.Seats).First(s => s.State == SeatState.Claimed);
        var stake = state.Stakes[held.Provider];
        var there = new PeerAnswer(TimeSpan.FromMilliseconds(1), null, null);
        Assert.DoesNotContain(StakeAlerts.Of(state, stake, there, 1), a => a.Contains("away", StringComparison.Ordinal) || a.Contains("coin", StringComparison.Ordinal));
        Assert.Contains(StakeAlerts.Of(state, stake, Away, 1), a => a.Contains("is away and holds", StringComparison.Ordinal) && a.Contains("is late after", StringComparison.Ordinal));
        Assert.Contains(StakeAlerts.Of(state, stake, there, 0), a => a.Contains("short of coin", StringComparison.Ordinal));
        Assert.Contains(StakeAlerts.Of(state, stake with { Locked = stake.Amount }, there, 1), a => a.Contains("hold all of the stake", StringComparison.Ordinal));
    }
}
