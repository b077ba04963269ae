using Market.Chain.State;
using Market.Index.Rows;

namespace Market.Index.Writing;

/// <summary>What is to be written after a step of the chain.</summary>
/// <param name="Jobs">Jobs that changed.</param>
/// <param name="Stakes">Stakes that changed, or whose profile did.</param>
/// <param name="Block">The block by whose end they were so.</param>
internal sealed record StateChanges(IReadOnlyList<JobRecord> Jobs, IReadOnlyList<StakeRow> Stakes, ulong Block)
{
    /// <summary>What differs between two states, of which the second follows the first.</summary>
    public static StateChanges Between(MarketState before, MarketState after)
    {
        var jobs = ReferenceEquals(before.Jobs, after.Jobs)
            ? []
            : after.Jobs.Where(j => !ReferenceEquals(before.Jobs.GetValueOrDefault(j.Key), j.Value)).Select(j => j.Value).ToList();
        var same = ReferenceEquals(before.Stakes, after.Stakes) && ReferenceEquals(before.Profiles, after.Profiles);
        var stakes = same ? [] : after.Stakes.Values.Where(s => Differs(before, after, s)).Select(s => RowOf(after, s)).ToList();
        return new StateChanges(jobs, stakes, after.Block);
    }

    /// <summary>A stake as a row.</summary>
    public static StakeRow RowOf(MarketState state, StakeRecord stake) => stake.ToRow(state.ProfileOf(stake.Id), state.Block);

    private static bool Differs(MarketState before, MarketState after, StakeRecord stake) =>
        !ReferenceEquals(before.Stakes.GetValueOrDefault(stake.Id), stake) || before.ProfileOf(stake.Id) != after.ProfileOf(stake.Id);
}
