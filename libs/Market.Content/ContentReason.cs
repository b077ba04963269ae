namespace Market.Content;

/// <summary>Why a <see cref="ContentException"/> was thrown.</summary>
public enum ContentReason
{
    /// <summary>An id, manifest or message does not follow its format.</summary>
    Malformed,

    /// <summary>The store does not hold the blob, or not all of it.</summary>
    Missing,

    /// <summary>Stored bytes no longer have their digest; the block was removed.</summary>
    Corrupt,

    /// <summary>The blob is larger than allowed.</summary>
    TooLarge,

    /// <summary>The store's size bound is reached and nothing may be evicted.</summary>
    StoreFull,

    /// <summary>The disk or its quota is full.</summary>
    DiskFull,

    /// <summary>Another process, or another store of this one, has the folder open.</summary>
    StoreInUse,

    /// <summary>No peer delivered the blob; the message has one line for each.</summary>
    NotFetched,

    /// <summary>Every peer that answered refused to hand the blob out, at least for now.</summary>
    Refused,
}
