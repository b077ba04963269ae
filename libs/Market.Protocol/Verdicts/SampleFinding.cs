using Market.Protocol.Ids;

namespace Market.Protocol.Verdicts;

/// <summary>One task that the verifier executed itself.</summary>
public sealed record SampleFinding
{
    /// <summary>The task's index.</summary>
    public required int Task { get; init; }

    /// <summary>The digest of the verifier's own outputs.</summary>
    public required OutputDigest Output { get; init; }

    /// <summary>What the verifier saw inside the model, which shows that it executed; none where the task ended in an error.</summary>
    public Witness? Witness { get; init; }

    /// <summary>How each replica's outputs lie from the verifier's, by ascending seat; a seat that served nothing is absent.</summary>
    public required IReadOnlyList<SampleDistance> Replicas { get; init; }
}
