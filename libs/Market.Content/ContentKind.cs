namespace Market.Content;

/// <summary>What the digest of a <see cref="ContentId"/> is taken over. The numbers are multicodec codes.</summary>
public enum ContentKind
{
    /// <summary>The blob itself, which has one chunk: <c>raw</c>.</summary>
    Raw = 0x55,

    /// <summary>The <see cref="Chunks.Manifest"/> of a blob of several chunks; from the range that multicodec keeps for private use.</summary>
    Manifest = 0x300001,
}
