namespace Market.Content.Exchange;

/// <summary>How far a fetch has come.</summary>
/// <param name="Id">The blob.</param>
/// <param name="BytesHeld">Bytes of the blob that are in the store.</param>
/// <param name="BytesTotal">The blob's size; null before it is known.</param>
public readonly record struct FetchProgress(ContentId Id, long BytesHeld, long? BytesTotal);
