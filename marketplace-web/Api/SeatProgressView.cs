namespace Market.Web.Api;

/// <summary>How far the node that holds a seat says it is.</summary>
/// <param name="Done">How many tasks it executed; null if it does not say.</param>
/// <param name="Tasks">How many tasks it has to execute; null if it does not say.</param>
internal sealed record SeatProgressView(int Seat, uint Provider, int? Done, int? Tasks)
{
    public static SeatProgressView Of(ProgressWatch.HeldSeat seat, ProgressWatch.Answer? answer) => new(seat.Seat, seat.Provider, answer?.Progress?.Done, answer?.Progress?.Tasks);
}
