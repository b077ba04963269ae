namespace Market.Protocol.Jobs;

/// <summary>Where one seat of a job stands.</summary>
public enum SeatState
{
    /// <summary>Nobody holds it.</summary>
    Open,

    /// <summary>A provider holds it and executes.</summary>
    Claimed,

    /// <summary>The provider is bound to a result that nobody knows yet.</summary>
    Committed,

    /// <summary>The result root is on chain.</summary>
    Revealed,

    /// <summary>The provider committed but did not reveal in time.</summary>
    Late,

    /// <summary>A verdict named an outcome.</summary>
    Judged,
}
