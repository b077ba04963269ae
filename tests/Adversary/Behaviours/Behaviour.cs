using Market.Demo.Cheats;

namespace Market.Adversary.Behaviours;

/// <summary>A way to behave, and what must come of it.</summary>
/// <param name="Kind">What the provider does.</param>
/// <param name="Words">The same for people.</param>
/// <param name="Cheats">How many of the three seats behave so.</param>
/// <param name="Tasks">How many tasks the job has.</param>
internal sealed record Behaviour(CheatKind Kind, string Words, int Cheats = 1, int Tasks = 8)
{
    public const int Replicas = 3;

    /// <summary>All, those with fewest honest providers first.</summary>
    public static IReadOnlyList<Behaviour> All { get; } =
    [
        new(CheatKind.Garbage, "two of three seats collude: the same noise", Cheats: 2),
        new(CheatKind.Fp16, "weights rounded to 16 bits"),
        new(CheatKind.Bf16, "weights rounded to bfloat16"),
        new(CheatKind.Int8, "weights in 255 steps"),
        new(CheatKind.SkippedLayer, "one layer left out"),
        new(CheatKind.ScaledTensor, "one tensor × 1.01"),
        new(CheatKind.OneWeight, "one weight × 1.5"),
        new(CheatKind.Garbage, "noise of the right shape"),
        new(CheatKind.Noise2, "outputs off by up to 10⁻²"),
        new(CheatKind.Noise3, "outputs off by up to 10⁻³"),
        new(CheatKind.Noise6, "outputs off by up to 10⁻⁶"),
        new(CheatKind.Cached, "the first task's answer to every task"),
        new(CheatKind.Seldom, "noise in one task of twenty", Tasks: 20),
        new(CheatKind.WrongType, "the right bytes as whole numbers"),
        new(CheatKind.SpoofedClass, "16-bit weights under a determinism class that nobody knows"),
        new(CheatKind.Copy, "copies another's commitment"),
        new(CheatKind.Unrevealed, "commits and does not reveal"),
        new(CheatKind.WrongSalt, "reveals with another salt"),
        new(CheatKind.Withheld, "reveals a root and serves nothing"),
    ];

    /// <summary>What it is called on the command line and in results.</summary>
    public string Name => Cheats == 1 ? Kind.ToString().ToLowerInvariant() : $"{Kind.ToString().ToLowerInvariant()}x{Cheats}";

    /// <summary>Whether it must be found and lose; else it may be paid as long as its results are as good as honest ones.</summary>
    public bool MustLose => !Kind.MayPass();
}
