using Market.Protocol.Trust;
using Market.Simulation.Draws;
using Market.Simulation.Rules;

namespace Market.Simulation.Strategies;

/// <summary>Verifiers who do not look, sell their silence, or accuse the honest.</summary>
internal static class Verifiers
{
    /// <summary>How much more stake than the least a rich victim has.</summary>
    private const double Rich = 20;

    public static IReadOnlyList<Strategy> All { get; } =
    [
        new("honest verifier among coalitions that cheat (its profit)", Setting.Cheap, Honest, Kind: Kind.Work),
        new("rubber stamp: accepts without a look", Setting.Cheap, RubberStamp),
        new("every verifier sells its silence for the bounty it forgoes", Setting.Cheap, (World w, ref Chance c) => Bribed(w, 1, ref c), 4),
        new("the same with 2.4 times the stake", Setting.Cheap, (World w, ref Chance c) => Bribed(w, 2.4, ref c), 4),
        new("false accuser if nobody could challenge", Setting.Cheap, (World w, ref Chance c) => new Turn(Strategy.Bounty * w.Setting.Backing)),
        new("false accuser of a provider with the least stake", Setting.Cheap, (World w, ref Chance c) => Accuser(w, 1, ref c), 0.2),
        new("false accuser of one with 20 times that, bounty on all of it", Setting.Cheap, (World w, ref Chance c) => Accuser(w, Rich, ref c)),
        new("the same, bounty only on what the job demands", Setting.Cheap, (World w, ref Chance c) => Accuser(w, 1, ref c), 0.2),
    ];

    private static Turn Honest(World world, ref Chance chance)
    {
        var setting = world.Setting;
        var earned = setting.VerifierFee * (1 - TrustEstimate.HonestCost);
        if (!world.OwnsPanel(ref chance) || !world.SampleShows(ref chance, 1, setting.Check))
        {
            return new Turn(earned);
        }

        var dispute = Dispute.Play(world, Lies.WhenSafe, coalitionAsks: true, ref chance);
        return dispute.Truth
            ? new Turn(earned + Strategy.Bounty * setting.Backing, HonestSlashed: dispute.HonestSlashed)
            : new Turn(earned - setting.VerifierStake, HonestSlashed: dispute.HonestSlashed + 1);
    }

    /// <summary>An auditor that works compares two of the verdict's trace digests; there are none, or they are made up.</summary>
    private static Turn RubberStamp(World world, ref Chance chance)
    {
        var setting = world.Setting;
        var saved = TrustEstimate.HonestCost * setting.CheckPercent / 100;
        if (!chance.Happens(setting.Audit.Fraction) || world.Verifiers.IsDishonest(world.DrawVerifier(ref chance)))
        {
            return new Turn(saved);
        }

        var dispute = Dispute.Play(world, Lies.WhenSafe, coalitionAsks: true, ref chance);
        return dispute.Truth
            ? new Turn(saved - setting.VerifierFee - setting.VerifierStake - dispute.CoalitionBonds, HonestSlashed: dispute.HonestSlashed)
            : new Turn(saved, HonestSlashed: dispute.HonestSlashed + 1);
    }

    /// <summary>Who finds the cheat is paid what telling would have brought, and so is the auditor; the coalition's own cost nothing.</summary>
    private static Turn Bribed(World world, double stakes, ref Chance chance)
    {
        var setting = world.Setting;
        if (!world.OwnsPanel(ref chance))
        {
            return Turn.None;
        }

        var bribes = world.VerifierTells(ref chance, 1, setting.Check) ? 1 : 0;
        bribes += chance.Happens(setting.Audit.Fraction) && world.VerifierTells(ref chance, 1, setting.Check) ? 1 : 0;
        var each = Strategy.Bounty * setting.Replicas * setting.Backing * stakes;
        return new Turn(setting.Cover + TrustEstimate.HonestCost / setting.Tasks - bribes * each, WrongAccepted: true);
    }

    private static Turn Accuser(World world, double wealth, ref Chance chance)
    {
        var setting = world.Setting;
        var bounty = Strategy.Bounty * setting.Backing * wealth;
        if (chance.Happens(Strategy.Absent))
        {
            // Counted apart: what protects the absent is the time they have, not the committees.
            return new Turn(bounty);
        }

        var dispute = Dispute.Play(world, Lies.WhenSafe, coalitionAsks: false, ref chance);
        return dispute.Truth
            ? new Turn(-setting.VerifierFee - setting.VerifierStake - dispute.CoalitionBonds, HonestSlashed: dispute.HonestSlashed)
            : new Turn(bounty, HonestSlashed: dispute.HonestSlashed + 1);
    }
}
