using Market.Simulation.Draws;
using Market.Simulation.Rules;

namespace Market.Simulation.Strategies;

/// <summary>What one occasion brought.</summary>
/// <param name="Profit">Against honest work in its place, in rewards of a seat.</param>
/// <param name="Acted">Whether there was an occasion: a coalition cheats only when it owns the panel.</param>
/// <param name="WrongAccepted">Whether a wrong result was accepted for good.</param>
/// <param name="HonestSlashed">Honest accounts that lost stake.</param>
internal readonly record struct Turn(double Profit, bool Acted = true, bool WrongAccepted = false, int HonestSlashed = 0)
{
    public static Turn None => new(0, Acted: false);
}

/// <summary>Plays one occasion.</summary>
internal delegate Turn Play(World world, ref Chance chance);

internal enum Kind
{
    /// <summary>Honest work: its profit itself.</summary>
    Work,

    Cheat,

    /// <summary>A coalition in one of the tiers: shows how many wrong results pass.</summary>
    Tier,
}

/// <summary>One way to behave.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Setting">In which kind of job.</param>
/// <param name="Play">What it does.</param>
/// <param name="Weight">How many occasions to play: rare losses need more, disputes take longer.</param>
/// <param name="Kind">What the tables make of it.</param>
internal sealed record Strategy(string Name, Setting Setting, Play Play, double Weight = 1, Kind Kind = Kind.Cheat)
{
    /// <summary>What a false accuser's victim does not contest: it is away.</summary>
    public const double Absent = 0.05;

    /// <summary>What goes to whoever proved a fraud, of what was slashed.</summary>
    public const double Bounty = 0.3;

    public static IReadOnlyList<Strategy> All { get; } = [.. Providers.All, .. Coalitions.All, .. Verifiers.All, .. Jurors.All, .. Requesters.All];
}
