using Market.Protocol.Money;
using Market.Protocol.Trust;
using Market.Simulation.Draws;
using Market.Simulation.Rules;

namespace Market.Simulation.Strategies;

/// <summary>Providers on their own. The dishonest share of the verifiers tells on nobody.</summary>
internal static class Providers
{
    public static IReadOnlyList<Strategy> All { get; } =
    [
        new("honest provider (its profit)", Setting.Cheap, Honest, Kind: Kind.Work),
        new("honest provider whom every dishonest verifier accuses (its profit)", Setting.Cheap, Accused, 0.2, Kind.Work),
        new("lazy: no task done", Setting.Cheap, (World w, ref Chance c) => Owned(w, w.Setting.Tasks, 0, w.Setting.Check, ref c)),
        new("cheats in 5 % of tasks", Setting.Cheap, (World w, ref Chance c) => Owned(w, w.Setting.Tasks / 20, 0, w.Setting.Check, ref c)),
        new("cheats in one task that is worth the cover", Setting.Cheap, (World w, ref Chance c) => Owned(w, 1, w.Setting.Cover, w.Setting.Check, ref c)),
        new("the same beside an honest replica (k = 2)", Setting.Quick, BesideHonest, 0.2),
        new("claims and delivers nothing", Setting.Cheap, (World w, ref Chance c) => new Turn(-2 - (1 - TrustEstimate.HonestCost))),
    ];

    /// <summary>A false result of all seats: kept, or found and slashed.</summary>
    public static Turn Owned(World world, int falseTasks, double gain, BasisPoints check, ref Chance chance)
    {
        var k = world.Setting.Replicas;
        var saved = TrustEstimate.HonestCost * falseTasks / world.Setting.Tasks;
        if (!world.IsReported(ref chance, falseTasks, check))
        {
            return new Turn(gain + saved, WrongAccepted: true);
        }

        var dispute = Dispute.Play(world, Lies.WhenSafe, coalitionAsks: true, ref chance);
        return dispute.Truth
            ? new Turn(saved - k * (1 + world.Setting.Backing) - dispute.CoalitionBonds, HonestSlashed: dispute.HonestSlashed)
            // The verifier that told the truth is slashed with the jurors who did.
            : new Turn(gain + saved + Strategy.Bounty * world.Setting.VerifierStake, WrongAccepted: true, HonestSlashed: dispute.HonestSlashed + 1);
    }

    /// <summary>Roots differ: whatever the verifier says, the honest replica asks for committees.</summary>
    private static Turn BesideHonest(World world, ref Chance chance)
    {
        var dispute = Dispute.Play(world, Lies.WhenSafe, coalitionAsks: true, ref chance);
        var saved = TrustEstimate.HonestCost / world.Setting.Tasks;
        return dispute.Truth
            ? new Turn(saved - 1 - world.Setting.Backing - dispute.CoalitionBonds, HonestSlashed: dispute.HonestSlashed)
            : new Turn(saved + world.Setting.Cover, WrongAccepted: true, HonestSlashed: dispute.HonestSlashed + 1);
    }

    private static Turn Honest(World world, ref Chance chance) => new(1 - TrustEstimate.HonestCost);

    private static Turn Accused(World world, ref Chance chance)
    {
        var earned = 1 - TrustEstimate.HonestCost;
        if (!world.Verifiers.IsDishonest(world.DrawVerifier(ref chance)))
        {
            return new Turn(earned);
        }

        var dispute = Dispute.Play(world, Lies.WhenSafe, coalitionAsks: false, ref chance);
        return dispute.Truth
            ? new Turn(earned, HonestSlashed: dispute.HonestSlashed)
            : new Turn(-TrustEstimate.HonestCost - world.Setting.Backing, HonestSlashed: dispute.HonestSlashed + 1);
    }
}
