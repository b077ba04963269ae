namespace Market.Chain.State;

/// <summary>What became of the seats that a provider took in jobs that are over.</summary>
/// <param name="Accepted">Paid.</param>
/// <param name="Refused">Neither paid nor punished.</param>
/// <param name="Rejected">Fraud, which cost the whole stake.</param>
/// <param name="Late">Lost for being late, with a penalty; counted at once.</param>
/// <param name="Paid">What the accepted ones were paid, in units.</param>
public readonly record struct SeatTally(uint Accepted, uint Refused, uint Rejected, uint Late, ulong Paid);
