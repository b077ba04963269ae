namespace Market.Content;

/// <summary>A blob that is there as a whole.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">Its size.</param>
public readonly record struct Blob(ContentId Id, long Bytes);
