using Market.Adversary.Behaviours;

namespace Market.Adversary.Reports;

/// <summary>What came of one behaviour; money in units.</summary>
/// <param name="Behaviour">Its name.</param>
/// <param name="CaughtBy">The layer that found it out; null if none did.</param>
/// <param name="Task">The task that gave it away, from 0; null if it was none.</param>
/// <param name="Tasks">How many tasks the job had.</param>
/// <param name="Cheat">What each of the cheats won.</param>
/// <param name="Honest">What each honest provider won.</param>
/// <param name="Verifier">What the verifier won.</param>
/// <param name="Requester">What the requester won: a loss where it got results.</param>
/// <param name="Burnt">What nobody got.</param>
/// <param name="Reason">What the verdict says.</param>
internal sealed record Finding(
    string Behaviour, string? CaughtBy, int? Task, int Tasks, IReadOnlyList<long> Cheat, IReadOnlyList<long> Honest, long Verifier, long Requester, long Burnt, string Reason)
{
    /// <summary>What should have happened and did not.</summary>
    public IEnumerable<string> Objections(Behaviour behaviour)
    {
        if (Honest.Count != Behaviours.Behaviour.Replicas - behaviour.Cheats || Honest.Any(won => won <= 0))
        {
            yield return $"{Behaviour}: an honest provider was not paid ({string.Join(", ", Honest)} units)";
        }

        if (Verifier <= 0)
        {
            yield return $"{Behaviour}: the verifier was not paid ({Verifier} units)";
        }

        if (behaviour.MustLose && (CaughtBy is null || Cheat.Any(won => won >= 0)))
        {
            yield return $"{Behaviour}: the cheat lost nothing ({string.Join(", ", Cheat)} units)";
        }
    }
}
