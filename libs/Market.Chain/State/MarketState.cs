using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Protocol.Ids;

namespace Market.Chain.State;

/// <summary>Everything that the contract's events tell, up to a block. The same events give the same state.</summary>
public sealed partial record MarketState
{
    /// <summary>Before the first event.</summary>
    public static MarketState Empty { get; } = new();

    /// <summary>The newest block that is in it.</summary>
    public ulong Block { get; init; }

    /// <summary>That block's time, in seconds since 1970.</summary>
    public ulong Time { get; init; }

    /// <summary>All jobs.</summary>
    [JsonInclude]
    public ImmutableDictionary<JobId, JobRecord> Jobs { get; private init; } = ImmutableDictionary<JobId, JobRecord>.Empty;

    /// <summary>The ids of all jobs in the order of their posts.</summary>
    [JsonInclude]
    public ImmutableList<JobId> JobOrder { get; private init; } = [];

    /// <summary>How many jobs were ever posted.</summary>
    [JsonInclude]
    public long Posted { get; private init; }

    /// <summary>All stakes.</summary>
    [JsonInclude]
    public ImmutableDictionary<uint, StakeRecord> Stakes { get; private init; } = ImmutableDictionary<uint, StakeRecord>.Empty;

    /// <summary>The stake of each owner: its last one.</summary>
    [JsonInclude]
    public ImmutableDictionary<Address, uint> StakesByOwner { get; private init; } = ImmutableDictionary<Address, uint>.Empty;

    /// <summary>The stake of each node key.</summary>
    [JsonInclude]
    public ImmutableDictionary<Address, uint> StakesByNode { get; private init; } = ImmutableDictionary<Address, uint>.Empty;

    /// <summary>Credits of accounts apart from what their stakes earned, in units.</summary>
    [JsonInclude]
    public ImmutableDictionary<Address, ulong> Credits { get; private init; } = ImmutableDictionary<Address, ulong>.Empty;

    /// <summary>The last profile of each account.</summary>
    [JsonInclude]
    public ImmutableDictionary<Address, Profile> Profiles { get; private init; } = ImmutableDictionary<Address, Profile>.Empty;

    /// <summary>Registered terms by number.</summary>
    [JsonInclude]
    public ImmutableDictionary<uint, Terms> Terms { get; private init; } = ImmutableDictionary<uint, Terms>.Empty;

    /// <summary>What penalties and slashing burnt, in units.</summary>
    [JsonInclude]
    public ulong Burnt { get; private init; }

    /// <summary>The stake that a node key acts for, or null.</summary>
    public StakeRecord? StakeOfNode(Address node) => StakesByNode.TryGetValue(node, out var id) ? Stakes[id] : null;

    /// <summary>The last stake of an owner, or null.</summary>
    public StakeRecord? StakeOfOwner(Address owner) => StakesByOwner.TryGetValue(owner, out var id) ? Stakes[id] : null;

    /// <summary>The profile of a stake's node, or null.</summary>
    public Profile? ProfileOf(uint stake) => Stakes.TryGetValue(stake, out var record) ? Profiles.GetValueOrDefault(record.NodeKey) : null;

    /// <summary>A job by its id, or null.</summary>
    public JobRecord? Job(JobId id) => Jobs.GetValueOrDefault(id);

    /// <summary>Jobs from the newest to the oldest.</summary>
    public IEnumerable<JobRecord> NewestJobs() => JobOrder.Reverse().Select(id => Jobs[id]);

    /// <summary>The state without the jobs that ended in a block or before it: nothing can happen to them any more. For whoever keeps them elsewhere.</summary>
    public MarketState WithoutJobsEndedBy(ulong block)
    {
        var ended = Jobs.Values.Where(j => j.IsOver && j.History[^1].Block <= block).Select(j => j.Id).ToHashSet();
        return ended.Count == 0 ? this : this with { Jobs = Jobs.RemoveRange(ended), JobOrder = JobOrder.RemoveAll(ended.Contains) };
    }

    /// <summary>Bonded stake of a role that can be drawn, in units.</summary>
    public ulong ActiveStake(StakeRole role) => Stakes.Values.Where(s => s.Role == role).Aggregate(0UL, (sum, s) => sum + s.Amount);

    /// <summary>Stakes of a role with at least so much bonded, in units, that count for a job posted now.</summary>
    public IEnumerable<StakeRecord> StakesOf(StakeRole role, ulong least) =>
        Stakes.Values.Where(s => s.Role == role && !s.Slashed && s.Amount >= least && s.ActiveFrom <= Block);
}
