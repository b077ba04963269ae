using System.Collections.Immutable;
using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Trust;

namespace Market.Chain.State;

/// <summary>A job, as the events tell it.</summary>
public sealed partial record JobRecord
{
    /// <summary>Its id.</summary>
    public required JobId Id { get; init; }

    /// <summary>How many jobs were posted with and before it.</summary>
    public required long Number { get; init; }

    /// <summary>What was posted; every call about the job passes it.</summary>
    public required Contracts.JobSpec Spec { get; init; }

    /// <summary>Windows and quorum.</summary>
    public required Terms Terms { get; init; }

    /// <summary>The block it was posted in.</summary>
    public required ulong PostedBlock { get; init; }

    /// <summary>Where it stands.</summary>
    public JobState State { get; init; } = JobState.Open;

    /// <summary>The block whose hash draws who acts next.</summary>
    public uint DrawBlock { get; init; }

    /// <summary>When the present state's time is over, in seconds since 1970.</summary>
    public uint Deadline { get; init; }

    /// <summary>What was added to the reward of each seat, in units.</summary>
    public ulong Raised { get; init; }

    /// <summary>The seats, by index.</summary>
    public required ImmutableArray<SeatRecord> Seats { get; init; }

    /// <summary>
    /// The share of tasks that verifier and auditor each execute again: as posted, until the last result is on chain; then as
    /// record and stake of those who delivered it leave it (<see cref="AdaptiveCheck"/>).
    /// </summary>
    public required BasisPoints Check { get; init; }

    /// <summary>Stakes that lost a seat of this job and may take none again.</summary>
    public ImmutableHashSet<uint> Barred { get; init; } = [];

    /// <summary>Who gave the verdict; 0 for nobody, or by default.</summary>
    public uint Verifier { get; init; }

    /// <summary>SHA-256 of the evidence that the verdict names.</summary>
    public Hash256? Evidence { get; init; }

    /// <summary>The dispute over the verdict, if there is or was one.</summary>
    public DisputeRecord? Dispute { get; init; }

    /// <summary>What went back to the requester at the end, in units.</summary>
    public ulong Refunded { get; init; }

    /// <summary>All that happened, in order.</summary>
    public ImmutableList<JobEvent> History { get; init; } = [];

    /// <summary>Blocks from an event to the block that draws by it, as the deployment fixed it and the post shows.</summary>
    internal ulong SeedLag => History is [{ Event: MarketEvent.JobPosted posted }, ..] ? posted.DrawBlock - PostedBlock : 0;

    /// <summary>What an accepted seat is paid, in units.</summary>
    public ulong Price => Spec.Reward + Raised;

    /// <summary>Whether nothing can happen to it any more.</summary>
    public bool IsOver => State is JobState.Final or JobState.Expired;

    /// <summary>Whether a verdict is given.</summary>
    public bool IsJudged => State is JobState.Paid or JobState.Defaulted or JobState.Disputed or JobState.Final;

    /// <summary>The seat that a stake holds, or null.</summary>
    public int? SeatOf(uint stake)
    {
        for (var seat = 0; seat < Seats.Length && stake != 0; seat++)
        {
            if (Seats[seat].Provider == stake && Seats[seat].State != SeatState.Late)
            {
                return seat;
            }
        }

        return null;
    }

    /// <summary>How many seats satisfy a condition.</summary>
    public int Count(Func<SeatRecord, bool> condition) => Seats.Count(condition);

    /// <inheritdoc/>
    public bool Equals(JobRecord? other) => other is not null && Id == other.Id && State == other.State && History.SequenceEqual(other.History);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, State, History.Count);

    internal JobRecord WithSeat(int seat, Func<SeatRecord, SeatRecord> change) => (uint)seat < (uint)Seats.Length
        ? this with { Seats = Seats.SetItem(seat, change(Seats[seat])) }
        : throw new EthereumException($"An event names seat {seat} of job {Id}, which has {Seats.Length} seats.");
}
