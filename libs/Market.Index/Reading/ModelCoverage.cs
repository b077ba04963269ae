namespace Market.Index.Reading;

/// <summary>Of how many jobs the model is known.</summary>
/// <param name="Named">Jobs whose heads name a model.</param>
/// <param name="Nameless">Jobs whose heads name none.</param>
/// <param name="Unknown">Jobs whose heads nobody served yet.</param>
public sealed record ModelCoverage(long Named, long Nameless, long Unknown);
