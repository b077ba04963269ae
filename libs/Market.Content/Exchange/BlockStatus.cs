namespace Market.Content.Exchange;

/// <summary>How each block of an answer begins: this byte, then u32 length big-endian, then the block.</summary>
internal enum BlockStatus : byte
{
    /// <summary>The block follows.</summary>
    Present = 0,

    /// <summary>This peer does not hold it; length 0, the answer goes on with the next.</summary>
    Absent = 1,

    /// <summary>This blob is not for you, or not yet; length 0, the answer ends.</summary>
    Refused = 2,

    /// <summary>Too many streams of yours are open; length 0, the stream ends.</summary>
    Busy = 3,
}
