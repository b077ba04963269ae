namespace Market.Index.Reading;

/// <summary>How far an index has come.</summary>
/// <param name="Block">The newest block whose events are in it.</param>
/// <param name="Time">That block's time, in seconds since 1970.</param>
/// <param name="Burnt">What penalties and slashing burnt until then, in units.</param>
public sealed record IndexPosition(long Block, long Time, long Burnt);
