using Market.Chain.State;
using Market.Protocol.Money;

namespace Market.Web.Purchases;

/// <summary>What those who could take a job want for a seat at least, as far as their nodes say it.</summary>
/// <param name="Told">What those want that say it, ascending.</param>
internal sealed record PriceFloors(IReadOnlyList<Units> Told)
{
    private const int MostAsked = 32;

    /// <summary>Looks at what nodes answered lately; those that were not asked yet are, and count with a later block.</summary>
    public static PriceFloors Ask(PeerAnswers answers, IEnumerable<StakeRecord> able) =>
        new([.. able.Take(MostAsked).Select(s => answers.Of(s)?.Status?.LeastReward).OfType<Units>().Order()]);

    /// <summary>In words, for a reward.</summary>
    /// <param name="reward">What a seat is to be paid.</param>
    /// <param name="able">How many could take the job.</param>
    public string Says(Units reward, int able) => Told.Count == 0
        ? T["None of {0} able {0:provider|providers} has said yet what it wants at least.", able]
        : T[
            "Of {0} able {0:provider|providers} {1} said what {1:it wants|they want} at least: {2} {2:token|tokens} and more, {3} in the middle. {4} of them would take this reward.",
            able, Told.Count, Told[0], Told[(Told.Count - 1) / 2], Told.Count(w => w <= reward)];
}
