using Market.Simulation.Draws;
using Market.Simulation.Rules;

namespace Market.Simulation.Strategies;

/// <summary>Requesters who deal with themselves, or with the verifier.</summary>
internal static class Requesters
{
    public static IReadOnlyList<Strategy> All { get; } =
    [
        new("requester buys its own provider a record, per job", Setting.Cheap, BuysRecord),
        new("owner of all parties has itself slashed, per backing", Setting.Cheap, SlashesItself),
        new("requester and verifier refuse good work, challenges open", Setting.Cheap, (World w, ref Chance c) => Refuses(w, true, ref c), 0.2),
        new("the same if nobody could challenge", Setting.Cheap, (World w, ref Chance c) => Refuses(w, false, ref c)),
    ];

    /// <summary>Strangers draw most seats and are paid; the outputs are worth nothing to it.</summary>
    private static Turn BuysRecord(World world, ref Chance chance)
    {
        var setting = world.Setting;
        Span<int> panel = stackalloc int[setting.Replicas];
        world.Providers.Draw(ref chance, panel);
        var strangers = panel.Length - World.DishonestOf(world.Providers, panel);
        var fee = world.Verifiers.IsDishonest(world.DrawVerifier(ref chance)) ? 0 : setting.VerifierFee;
        return new Turn(-strangers - fee);
    }

    private static Turn SlashesItself(World world, ref Chance chance) =>
        world.OwnsPanel(ref chance) && world.Verifiers.IsDishonest(world.DrawVerifier(ref chance))
            ? new Turn(-(1 - Strategy.Bounty) * world.Setting.Backing)
            : Turn.None;

    private static Turn Refuses(World world, bool challenges, ref Chance chance)
    {
        var setting = world.Setting;
        if (!world.Verifiers.IsDishonest(world.DrawVerifier(ref chance)))
        {
            return Turn.None;
        }

        if (!challenges || chance.Happens(Strategy.Absent))
        {
            return new Turn(setting.Replicas);
        }

        var dispute = Dispute.Play(world, Lies.WhenSafe, coalitionAsks: false, ref chance);
        return dispute.Truth
            ? new Turn(-setting.VerifierStake - dispute.CoalitionBonds, HonestSlashed: dispute.HonestSlashed)
            : new Turn(setting.Replicas, HonestSlashed: dispute.HonestSlashed);
    }
}
