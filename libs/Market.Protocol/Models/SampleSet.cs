using Market.Protocol.Ids;

namespace Market.Protocol.Models;

/// <summary>The tasks on which a model was tried.</summary>
/// <param name="Count">How many.</param>
/// <param name="Digest">SHA-256 of their tensor files, one after the other.</param>
public sealed record SampleSet(int Count, ContentDigest Digest)
{
    /// <summary>What they were made up from; absent if they were given.</summary>
    public int? Seed { get; init; }
}
