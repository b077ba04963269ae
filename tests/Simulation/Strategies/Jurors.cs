using Market.Simulation.Draws;
using Market.Simulation.Rules;

namespace Market.Simulation.Strategies;

/// <summary>Challengers without cause, and jurors who lie for them.</summary>
internal static class Jurors
{
    /// <summary>What a challenge must risk at least, as a share of the backing that the job demands: as the contract has it.</summary>
    private const double LeastBond = 1.0 / 8;

    public static IReadOnlyList<Strategy> All { get; } =
    [
        new("jurors lie in every round to save a cheat that was found", Setting.Cheap, SaveCheat, 0.2),
        new("griefing challenger, alone", Setting.Cheap, (World w, ref Chance c) => new Turn(-Math.Max(Dispute.Bond(w.Setting, 3), LeastBond * w.Setting.Backing))),
        new("framing: challenges the honest, lies only with the last majority, bond by cost", Setting.Cheap, (World w, ref Chance c) => Frame(w, 0, ref c)),
        new("the same, first bond of an eighth of the backing (as the contract has it)", Setting.Cheap, (World w, ref Chance c) => Frame(w, LeastBond, ref c)),
    ];

    /// <summary>Against giving in: the stakes that lying saves and costs.</summary>
    private static Turn SaveCheat(World world, ref Chance chance)
    {
        var setting = world.Setting;
        var dispute = Dispute.Play(world, Lies.Always, coalitionAsks: true, ref chance);
        var jurors = dispute.LiarsSlashed * setting.VerifierStake;
        return dispute.Truth
            ? new Turn(-jurors - dispute.CoalitionBonds, HonestSlashed: dispute.HonestSlashed)
            : new Turn(setting.Replicas * (1 + setting.Backing) - jurors, WrongAccepted: true, HonestSlashed: dispute.HonestSlashed + 1);
    }

    private static Turn Frame(World world, double leastBond, ref Chance chance)
    {
        var setting = world.Setting;
        var dispute = Dispute.Play(world, Lies.WhenSafe, coalitionAsks: true, ref chance);
        return dispute.Truth
            ? new Turn(-dispute.CoalitionBonds - Math.Max(0, leastBond * setting.Backing - Dispute.Bond(setting, 3)), HonestSlashed: dispute.HonestSlashed)
            : new Turn(Strategy.Bounty * setting.Backing, HonestSlashed: dispute.HonestSlashed + 1);
    }
}
