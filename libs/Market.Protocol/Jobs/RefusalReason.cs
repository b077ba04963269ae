namespace Market.Protocol.Jobs;

/// <summary>Why a provider does not claim a job.</summary>
public enum RefusalReason
{
    /// <summary>Its ticket is not drawn yet; it may be later.</summary>
    NotEligibleYet,

    /// <summary>All seats are taken, or this owner has one or lost one.</summary>
    NoSeat,

    /// <summary>The claim window is over, or too little of it is left.</summary>
    TooLate,

    /// <summary>Backing or free stake does not suffice for the cover.</summary>
    TooLittleStake,

    /// <summary>The reward is below the operator's price.</summary>
    PriceTooLow,

    /// <summary>The requester is on the operator's list, or used up its budget of bytes.</summary>
    RequesterRefused,

    /// <summary>Runtime version or determinism class is not allowed by the bundle.</summary>
    WrongClass,

    /// <summary>The job asks for more memory, cores or disk than this machine has.</summary>
    TooLarge,

    /// <summary>By the task that was run first, the job would not be done in time.</summary>
    TooSlow,

    /// <summary>Bundle, model or inputs could not be fetched.</summary>
    NotFetched,

    /// <summary>The bundle breaks its rules, or is not what the spec says.</summary>
    UnsoundBundle,

    /// <summary>The model cannot be loaded, or has operators that are not accepted.</summary>
    UnsoundModel,

    /// <summary>The first task exceeded the bundle's own limits.</summary>
    LimitsExceeded,

    /// <summary>This node is stopping, or has as many jobs as it may.</summary>
    Busy,
}
