using Bunit;
using Market.Jobs.Peers;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Providers;
using Market.Web.Components.Earning;
using Market.Web.Purchases;

namespace Market.Web.Tests;

/// <summary>What an owner sees of its node.</summary>
public sealed class EarningTests
{
    private static readonly PeerAnswer Away = new(null, null, "refused <b>");

    private static readonly NodeStatus Well = new() { Version = 1, Software = StatusReport.Software, FreeBytes = 3L << 30, StoreBytes = 2L << 30 };
    private static readonly PeerAnswer There = new(TimeSpan.FromMilliseconds(1), null, null, Well);

    [Theory]
    [InlineData("0.1", "", "None of 4 able providers has said")]
    [InlineData("0.1", "0.2", "Of 4 able providers 1 said what it wants at least: 0.2 tokens and more, 0.2 in the middle. 0 of them")]
    [InlineData("0.2", "0.3 0.1 0.2", "Of 4 able providers 3 said what they want at least: 0.1 tokens and more, 0.2 in the middle. 2 of them")]
    public void Requesters_learn_what_providers_want_and_no_more_than_they_said(string reward, string told, string says)
    {
        var floors = new PriceFloors([.. told.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => Units.Parse(t)).Order()]);
        Assert.StartsWith(says, floors.Says(Units.Parse(reward), 4), StringComparison.Ordinal);
    }

    [Fact]
    public void Attendance_counts_the_newest_rounds_only()
    {
        var attendance = default(Attendance).With(false).With(true);
        Assert.Equal((2, 1), (attendance.Asked, attendance.Answered));
        for (var round = 0; round < Attendance.Most; round++)
        {
            attendance = attendance.With(round > 0);
        }

        Assert.Equal((Attendance.Most, Attendance.Most - 1), (attendance.Asked, attendance.Answered));
    }

    [Fact]
    public void A_node_is_asked_then_away_or_there()
    {
        using var context = new BunitContext();
        Assert.Contains("Asking its node", Says(null), StringComparison.Ordinal);
        Assert.Contains("does not answer.</b> <span lang=\"en\">refused &lt;b&gt;", Says(Away), StringComparison.Ordinal);
        Assert.Contains("answers in 12.5 ms", Says(new PeerAnswer(TimeSpan.FromMilliseconds(12.5), null, null)), StringComparison.Ordinal);
        Assert.DoesNotContain("Software", Says(new PeerAnswer(TimeSpan.FromMilliseconds(12.5), null, null)), StringComparison.Ordinal);
        Assert.Contains("<dd>2.5 GiB</dd>", Says(There with { Status = Well with { FreeBytes = 5L << 29 } }), StringComparison.Ordinal);
        Assert.DoesNotContain("not take", Says(There), StringComparison.Ordinal);
        var status = Well with { Region = "DE", Refusals = new Dictionary<RefusalReason, int> { [RefusalReason.TooSlow] = 1, [RefusalReason.PriceTooLow] = 2000 } };
        Assert.Contains("<dd>DE</dd>", Says(There with { Status = status }), StringComparison.Ordinal);
        Assert.Contains("<li>2,000: The reward is too low</li><li>1: This machine is too slow for the job</li>", Says(There with { Status = status }), StringComparison.Ordinal);
        Assert.DoesNotContain("attendance", Says(There), StringComparison.Ordinal);
        Assert.Contains("answered 1 of the last 2 times", Says(There, default(Attendance).With(true).With(false)), StringComparison.Ordinal);

        string Says(PeerAnswer? answer, Attendance attendance = default) => context.Render<NodeState>(p => p.Add(x => x.Answer, answer).Add(x => x.Attendance, attendance)).Markup;
    }

    [Fact]
    public async Task Owners_are_warned_before_it_costs_them_money_and_not_else()
    {
        await using var market = await Chain.Tests.State.RandomMarket.StartAsync();
        await market.PlayAsync(5, 200);
        var state = await market.FoldAsync();
        var held = state.Jobs.Values.SelectMany(j => j.Seats).First(s => s.State == SeatState.Claimed);
        var stake = state.Stakes[held.Provider];
        var there = There;
        Assert.DoesNotContain(StakeAlerts.Of(state, stake, there, 1), a => a.Contains("away", StringComparison.Ordinal) || a.Contains("coin", StringComparison.Ordinal));
        Assert.Contains(StakeAlerts.Of(state, stake, Away, 1), a => a.Contains("is away and holds", StringComparison.Ordinal) && a.Contains("is late after", StringComparison.Ordinal));
        Assert.Contains(StakeAlerts.Of(state, stake, there, 0), a => a.Contains("short of coin", StringComparison.Ordinal));
        Assert.DoesNotContain(StakeAlerts.Of(state, stake, there, 1), a => a.Contains("disk", StringComparison.Ordinal) || a.Contains("version", StringComparison.Ordinal));
        Assert.Contains(StakeAlerts.Of(state, stake, there with { Status = Well with { FreeBytes = 1L << 30 } }, 1), a => a.Contains("disk has 1.0 GiB free, and its store may still take 2.0 GiB", StringComparison.Ordinal));
        Assert.Contains(StakeAlerts.Of(state, stake, there with { Status = Well with { Software = "0.0.9" } }, 1), a => a.Contains("runs version 0.0.9, this server " + StatusReport.Software, StringComparison.Ordinal));
        Assert.Contains(StakeAlerts.Of(state, stake with { Locked = stake.Amount }, there, 1), a => a.Contains("hold all of the stake", StringComparison.Ordinal));
    }
}
