using Market.Protocol.Trust;
using Market.Simulation.Draws;

namespace Market.Simulation.Rules;

/// <summary>When the coalition's jurors vote against what they know.</summary>
internal enum Lies
{
    Never,

    /// <summary>Only in the last committee and only with its majority: nobody can overturn that. Before, they do not take part.</summary>
    WhenSafe,

    Always,
}

/// <summary>How a dispute over one named task ended, if whoever loses a round appeals to the end.</summary>
/// <param name="Truth">Whether the last committee said what is true.</param>
/// <param name="CoalitionBonds">Bonds that the coalition posted for the rounds that it asked for.</param>
/// <param name="LiarsSlashed">Its jurors in a majority that was overturned.</param>
/// <param name="HonestSlashed">Honest jurors in a majority that was overturned.</param>
internal readonly record struct Dispute(bool Truth, double CoalitionBonds, int LiarsSlashed, int HonestSlashed)
{
    private static readonly int[] Committees = [3, 7, 15, TrustEstimate.LastCommittee];

    /// <summary>What a committee costs: each juror re-executes one task at a provider's price.</summary>
    public static double Bond(Setting setting, int jurors) => 1.5 * jurors / setting.Tasks;

    /// <summary>Plays all committees.</summary>
    /// <param name="world">Whose verifiers are drawn.</param>
    /// <param name="lies">What the coalition's jurors do.</param>
    /// <param name="coalitionAsks">Whether the coalition asked for the first committee; otherwise an honest party did.</param>
    /// <param name="chance">Randomness.</param>
    public static Dispute Play(World world, Lies lies, bool coalitionAsks, ref Chance chance)
    {
        Span<bool> truths = stackalloc bool[Committees.Length];
        Span<int> liars = stackalloc int[Committees.Length];
        var bonds = 0.0;
        for (var round = 0; round < Committees.Length; round++)
        {
            liars[round] = Owned(world, Committees[round], ref chance);
            var majority = liars[round] > Committees[round] / 2;
            truths[round] = !majority || lies == Lies.Never || (lies == Lies.WhenSafe && round < Committees.Length - 1);
            // Whoever lost the round before asks for this one.
            var asks = round == 0 ? coalitionAsks : truths[round - 1];
            bonds += asks ? Bond(world.Setting, Committees[round]) : 0;
        }

        return Settle(truths, liars, bonds);
    }

    private static Dispute Settle(ReadOnlySpan<bool> truths, ReadOnlySpan<int> liars, double bonds)
    {
        int liarsSlashed = 0, honestSlashed = 0;
        for (var round = 0; round < truths.Length - 1; round++)
        {
            if (truths[round] == truths[^1])
            {
                continue;
            }

            liarsSlashed += truths[round] ? 0 : liars[round];
            honestSlashed += truths[round] ? Committees[round] - liars[round] : 0;
        }

        return new Dispute(truths[^1], bonds, liarsSlashed, honestSlashed);
    }

    private static int Owned(World world, int jurors, ref Chance chance)
    {
        Span<int> seats = stackalloc int[jurors];
        world.Verifiers.Draw(ref chance, seats);
        return World.DishonestOf(world.Verifiers, seats);
    }
}
