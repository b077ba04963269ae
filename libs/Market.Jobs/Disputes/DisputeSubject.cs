namespace Market.Jobs.Disputes;

/// <summary>Whom a point of a dispute is about, and so what is claimed.</summary>
public enum DisputeSubject
{
    /// <summary>A seat that the verdict accepted: claimed to be wrong at the point's task.</summary>
    AcceptedSeat,

    /// <summary>A seat that the verdict refused: claimed to be right at the task that the verdict names.</summary>
    RefusedSeat,

    /// <summary>A seat that the verdict rejected: claimed to be right at the task that the verdict names.</summary>
    RejectedSeat,

    /// <summary>The verdict's verifier: claimed that its own work on a sampled task is missing or false.</summary>
    Verifier,
}
