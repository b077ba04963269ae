using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Protocol.Jobs;
using Market.Web.Components.Shared;

namespace Market.Web.Components.Earning;

/// <summary>What an owner should do before its stake costs it money.</summary>
internal static class StakeAlerts
{
    /// <summary>Fees of several jobs on a busy day: 2 million gas at 10 gwei.</summary>
    private const decimal LeastCoin = 0.02m;

    /// <param name="state">The chain.</param>
    /// <param name="stake">Whose.</param>
    /// <param name="answer">What its node last said; null if it was not asked yet.</param>
    /// <param name="coin">What the node's key has for fees, in the chain's coin.</param>
    public static IReadOnlyList<string> Of(MarketState state, StakeRecord stake, PeerAnswer? answer, decimal coin)
    {
        var alerts = new List<string>();
        var held = state.Jobs.Values.SelectMany(j => j.Seats).Where(s => s.Provider == stake.Id && s.State is SeatState.Claimed or SeatState.Committed).ToList();
        if (answer?.Trouble is not null && held.Count > 0)
        {
            var due = held.Where(s => s.State == SeatState.Claimed).Select(s => (ulong)s.Due).DefaultIfEmpty().Min();
            var away = due == 0 ? T["Its node is away and holds {0} {0:seat|seats}.", held.Count] : T["Its node is away and holds {0} {0:seat, which|seats, of which one} is late after {1}.", held.Count, Shown.Time(due)];
            alerts.Add(away + " " + T["Start it again on the same data folder: it goes on where it was."]);
        }

        if (coin < LeastCoin)
        {
            alerts.Add(T["The node's key {0} is short of coin for fees: without them it claims and reveals nothing.", stake.NodeKey]);
        }

        if (answer?.Status is { FreeBytes: { } free } full && free < full.StoreBytes)
        {
            alerts.Add(T["The node's disk has {0} free, and its store may still take {1}: a full disk fails jobs that it holds. Free some, or run it with a smaller --store-gib.", GiB(free), GiB(full.StoreBytes)]);
        }

        if (answer?.Status is { } status && Version.Parse(status.Software) < Version.Parse(StatusReport.Software))
        {
            alerts.Add(T["The node runs version {0}, this server {1}: update it before it takes jobs that it does not understand.", status.Software, StatusReport.Software]);
        }

        if (stake.Amount > 0 && stake.Free == 0)
        {
            alerts.Add(T["Jobs hold all of the stake: no new ones are taken before some end, or stake is added."]);
        }

        return alerts;
    }

    public static string GiB(long bytes) => Shown.Number(bytes / (double)(1 << 30), "0.0") + " GiB";
}
