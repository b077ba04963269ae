using Market.Ethereum;

namespace Market.Chain.State;

/// <summary>Something contested.</summary>
/// <param name="Challenger">Who contests it.</param>
/// <param name="Subject">A seat, or <see cref="Verifier"/>.</param>
/// <param name="Task">At which task. Of a seat that is not accepted the verdict names the task: <see cref="SeatRecord.DecidingTask"/>.</param>
public sealed record DisputePoint(Address Challenger, byte Subject, uint Task)
{
    /// <summary>The subject of a point that contests the verifier's own work.</summary>
    public const byte Verifier = 7;
}
