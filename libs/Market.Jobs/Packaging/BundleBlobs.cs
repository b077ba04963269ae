using Market.Content;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;

namespace Market.Jobs.Packaging;

/// <summary>Between a bundle's references and the ids of blobs.</summary>
public static class BundleBlobs
{
    /// <summary>The id of a blob that a bundle names.</summary>
    public static ContentId ToContentId(this BlobReference blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return ContentId.ForBlob(blob.Digest.Value.ToArray(), blob.Bytes);
    }

    /// <summary>The id of a bundle, evidence or profile: documents that fit into one chunk.</summary>
    public static ContentId ToContentId(this ContentDigest digest) => new(ContentKind.Raw, digest.Value.ToArray());

    /// <summary>How a bundle names a blob.</summary>
    public static BlobReference ToReference(this Blob blob) => new(new ContentDigest(blob.Id.DigestBytes()), blob.Bytes);
}
