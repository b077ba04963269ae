using Market.Protocol.Verdicts;
using Market.Protocol.Jobs;

namespace Market.Jobs.Verification;

/// <summary>What a judge says of one replica.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Detail">The same for people; a model's names may be in it, so that it is cut to a line that evidence takes.</param>
/// <param name="Task">The task that shows it; see <see cref="ReplicaFinding.Task"/>.</param>
internal sealed record Decision(VerdictReason Reason, string Detail, int? Task)
{
    private const int Longest = 500;

    /// <summary>The reason for people.</summary>
    public string Detail { get; } = Lines.Of(Detail, Longest);
}
