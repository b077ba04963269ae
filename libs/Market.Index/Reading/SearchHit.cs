namespace Market.Index.Reading;

/// <summary>Something that a search found.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Its id, address or number.</param>
public sealed record SearchHit(HitKind Kind, string Name);
