using Market.Protocol.Draws;
using Market.Protocol.Ids;
using Market.Protocol.Money;
using Market.Simulation.Draws;

namespace Market.Simulation.Rules;

/// <summary>Providers and verifiers of one market, some of them in a coalition, and what they do to each other's results.</summary>
internal sealed class World
{
    public const int Stakes = 10_000;

    /// <summary>The most blocks that the contract allows: the seed's hash is still known.</summary>
    public const uint SlowGrowth = 200;

    private World(Setting setting, StakeSet providers, StakeSet verifiers)
    {
        (Setting, Providers, Verifiers) = (setting, providers, verifiers);
    }

    public Setting Setting { get; }

    public StakeSet Providers { get; }

    public StakeSet Verifiers { get; }

    /// <summary>Honest stakes are lognormal above the least; the coalition splits its share into names that hold just the least.</summary>
    public static World Create(Setting setting, double coalition, ref Chance chance, uint growthBlocks = SlowGrowth, int reaction = 0)
    {
        var providers = Population(setting.Backing, coalition, ref chance);
        var verifiers = Population(setting.VerifierStake, coalition, ref chance);
        return new World(setting, new StakeSet(providers, growthBlocks, reaction), new StakeSet(verifiers, growthBlocks, reaction));
    }

    /// <summary>Draws k providers; true if the coalition holds every seat.</summary>
    public bool OwnsPanel(ref Chance chance)
    {
        Span<int> panel = stackalloc int[Setting.Replicas];
        Providers.Draw(ref chance, panel);
        return DishonestOf(Providers, panel) == panel.Length;
    }

    public int DrawVerifier(ref Chance chance)
    {
        Span<int> drawn = stackalloc int[1];
        Verifiers.Draw(ref chance, drawn);
        return drawn[0];
    }

    /// <summary>Whether the drawn sample holds one of the false tasks; which ones are false makes no difference, so it is the first.</summary>
    public bool SampleShows(ref Chance chance, int falseTasks, BasisPoints check)
    {
        Span<byte> seed = stackalloc byte[Bytes32.Length];
        for (var i = 0; i < seed.Length; i += sizeof(ulong))
        {
            BitConverter.TryWriteBytes(seed[i..], chance.Next());
        }

        var sample = Sampling.Draw(new Seed(seed), Setting.Tasks, check);
        return sample.Length > 0 && sample[0] < falseTasks;
    }

    /// <summary>Whether a false result of an owned panel is reported: by the verifier, or by an auditor drawn after the verdict.</summary>
    public bool IsReported(ref Chance chance, int falseTasks, BasisPoints check) =>
        VerifierTells(ref chance, falseTasks, check)
        || (chance.Happens(Setting.Audit.Fraction) && VerifierTells(ref chance, falseTasks, check));

    /// <summary>Whether a verifier is drawn that is not the coalition's and whose sample shows the cheat.</summary>
    public bool VerifierTells(ref Chance chance, int falseTasks, BasisPoints check) =>
        !Verifiers.IsDishonest(DrawVerifier(ref chance)) & SampleShows(ref chance, falseTasks, check);

    public static int DishonestOf(StakeSet stakes, ReadOnlySpan<int> drawn)
    {
        var count = 0;
        foreach (var stake in drawn)
        {
            count += stakes.IsDishonest(stake) ? 1 : 0;
        }

        return count;
    }

    private static List<(Units, bool)> Population(double least, double coalition, ref Chance chance)
    {
        // An honest stake is the least times 1 + a lognormal number, whose mean is √e.
        var ratio = coalition / (1 - coalition) * (1 + Math.Sqrt(Math.E));
        var names = (int)Math.Round(Stakes * ratio / (1 + ratio));
        var all = new List<(Units, bool)>(Stakes);
        var honest = 0.0;
        for (var i = names; i < Stakes; i++)
        {
            var stake = least * (1 + Math.Exp(chance.Normal()));
            honest += stake;
            all.Add((Setting.Tokens(stake), false));
        }

        var each = names == 0 ? 0 : honest * coalition / (1 - coalition) / names;
        all.AddRange(Enumerable.Repeat((Setting.Tokens(each), true), names));
        return all;
    }
}
