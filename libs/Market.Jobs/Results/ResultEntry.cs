using Market.Onnx.Digests;
using Market.Protocol.Bundles;

namespace Market.Jobs.Results;

/// <summary>One task of a replica.</summary>
/// <param name="Digest">What stands in the result tree.</param>
/// <param name="Outputs">The blob with the outputs; null if the result is an error.</param>
public sealed record ResultEntry(TaskDigest Digest, BlobReference? Outputs);
