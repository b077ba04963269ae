using Market.Protocol.Jobs;

namespace Market.Index.Reading;

/// <summary>A seat in a provider's list.</summary>
/// <param name="Job">The job.</param>
/// <param name="Seat">Which seat of it.</param>
/// <param name="State">Where the seat stands.</param>
/// <param name="Outcome">The verdict on it.</param>
/// <param name="WorkSeconds">How long its provider worked at most, if it was accepted and the chain tells it.</param>
public sealed record SeatLine(JobLine Job, int Seat, SeatState State, Outcome Outcome, long? WorkSeconds);
