using Market.Onnx.Digests;

namespace Market.Jobs.Disputes;

/// <summary>What a juror found about one point.</summary>
/// <param name="Wrong">Whether the seat, or the verifier, is wrong.</param>
/// <param name="Canonical">The digest of the task's canonical result; zero where no task was to be executed.</param>
/// <param name="Why">The same for people.</param>
public sealed record PointFinding(bool Wrong, Digest Canonical, string Why);
