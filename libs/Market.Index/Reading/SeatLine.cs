using Market.Protocol.Jobs;

namespace Market.Index.Reading;

/// <summary>A seat in a provider's list.</summary>
/// <param name="Job">The job.</param>
/// <param name="Seat">Which seat of it.</param>
/// <param name="State">Where the seat stands.</param>
/// <param name="Outcome">The verdict on it.</param>
public sealed record SeatLine(JobLine Job, int Seat, SeatState State, Outcome Outcome);
