namespace Market.Jobs.Disputes;

/// <summary>One point of a dispute, which a committee answers with one bit.</summary>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Seat">The seat; -1 for the verifier.</param>
/// <param name="Task">At which task; of a refused or rejected seat the one that the verdict names, however absurd. A job has no task of this number if the verdict named none.</param>
public sealed record ContestedPoint(DisputeSubject Subject, int Seat, uint Task);
