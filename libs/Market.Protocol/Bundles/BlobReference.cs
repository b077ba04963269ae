using Market.Protocol.Ids;

namespace Market.Protocol.Bundles;

/// <summary>Names a blob. Its content id follows from both: blobs of one chunk are named by their own SHA-256, larger ones by that of their chunk manifest.</summary>
/// <param name="Digest">The digest inside the blob's content id.</param>
/// <param name="Bytes">The blob's size.</param>
public sealed record BlobReference(ContentDigest Digest, long Bytes);
