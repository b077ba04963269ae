namespace Market.Protocol.Jobs;

/// <summary>A provider's decision not to claim a job, kept for the operator to read.</summary>
/// <param name="Reason">Why, from the closed list.</param>
/// <param name="Detail">What was found and what was needed.</param>
public sealed record Refusal(RefusalReason Reason, string Detail)
{
    /// <summary>Whether the same job may be asked for again later.</summary>
    public bool MayPass => Reason is RefusalReason.NotEligibleYet or RefusalReason.NoSeat or RefusalReason.NotFetched
        or RefusalReason.Busy or RefusalReason.PriceTooLow or RefusalReason.TooLittleStake;

    /// <inheritdoc/>
    public override string ToString() => $"{Explain(Reason)}: {Detail}";

    /// <summary>A reason in plain words.</summary>
    public static string Explain(RefusalReason reason) => reason switch
    {
        RefusalReason.NotEligibleYet => "Not drawn yet",
        RefusalReason.NoSeat => "No seat to take",
        RefusalReason.TooLate => "Too late to claim",
        RefusalReason.TooLittleStake => "Too little stake",
        RefusalReason.PriceTooLow => "The reward is too low",
        RefusalReason.RequesterRefused => "The requester is refused",
        RefusalReason.WrongClass => "This machine's class is not allowed",
        RefusalReason.TooLarge => "The job is too large for this machine",
        RefusalReason.TooSlow => "This machine is too slow for the job",
        RefusalReason.NotFetched => "The job's data could not be fetched",
        RefusalReason.UnsoundBundle => "The bundle is unsound",
        RefusalReason.UnsoundModel => "The model is not accepted",
        RefusalReason.LimitsExceeded => "The first task exceeded the job's limits",
        RefusalReason.Busy => "This node takes no further job",
        _ => reason.ToString(),
    };
}
