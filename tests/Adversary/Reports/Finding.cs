using Market.Adversary.Behaviours;

namespace Market.Adversary.Reports;

/// <summary>What came of one behaviour; money in units.</summary>
/// <param name="Behaviour">Its name.</param>
/// <param name="CaughtBy">The layer that found it out; null if none did.</param>
/// <param name="Task">The task that gave it away, from 0; null if it was none.</param>
/// <param name="Tasks">How many tasks the job had.</param>
/// <param name="Cheat">What each of the cheats won.</param>
/// <param name="Honest">What each honest provider won.</param>
/// <param name="Verifier">What the verifier won; null if it is one of the cheats, or if there was no verdict.</param>
/// <param name="Requester">What the requester won: a loss where it got results.</param>
/// <param name="Burnt">What nobody got.</param>
/// <param name="Reason">What the verdict says, or the dispute.</param>
/// <param name="Jurors">What each honest juror won.</param>
internal sealed record Finding(
    string Behaviour, string? CaughtBy, int? Task, int Tasks, IReadOnlyList<long> Cheat, IReadOnlyList<long> Honest, long? Verifier, long Requester, long Burnt, string Reason, IReadOnlyList<long>? Jurors = null)
{
    /// <summary>What should have happened and did not.</summary>
    public IEnumerable<string> Objections(Behaviour behaviour)
    {
        if (Honest.Count != behaviour.Honest || Honest.Any(won => won < (behaviour.MustPay ? 1 : 0)))
        {
            yield return $"{Behaviour}: an honest provider {(behaviour.MustPay ? "was not paid" : "lost")} ({string.Join(", ", Honest)} units)";
        }

        if (Verifier <= 0)
        {
            yield return $"{Behaviour}: the verifier was not paid ({Verifier} units)";
        }

        if (Jurors?.Any(won => won < 0) == true)
        {
            yield return $"{Behaviour}: an honest juror lost ({string.Join(", ", Jurors)} units)";
        }

        if (behaviour.MustLose && (CaughtBy is null || Cheat.Count(won => won >= 0) > behaviour.Spared || Cheat.Any(won => won > 0)))
        {
            yield return $"{Behaviour}: the cheat lost nothing ({string.Join(", ", Cheat)} units)";
        }
    }
}
