using Market.Protocol.Ids;

namespace Market.Protocol.Verdicts;

/// <summary>One task that the verifier executed itself.</summary>
public sealed record SampleFinding
{
    /// <summary>The task's index.</summary>
    public required int Task { get; init; }

    /// <summary>The digest of the verifier's own outputs.</summary>
    public required OutputDigest Output { get; init; }

    /// <summary>The salted digest of everything that the verifier computed for it.</summary>
    public required TraceDigest Trace { get; init; }

    /// <summary>How each replica's outputs lie from the verifier's, by ascending seat; a seat that served nothing is absent.</summary>
    public required IReadOnlyList<SampleDistance> Replicas { get; init; }
}
