using Market.Demo.Cheats;
using Market.Demo.Disputes;

namespace Market.Adversary.Behaviours;

/// <summary>A way to behave, and what must come of it.</summary>
/// <param name="Kind">What the provider does, or who else does what.</param>
/// <param name="Words">The same for people.</param>
/// <param name="Cheats">How many of the three seats behave so.</param>
/// <param name="Tasks">How many tasks the job has.</param>
/// <param name="At">Of a wrong operator, which.</param>
internal sealed record Behaviour(CheatKind Kind, string Words, int Cheats = 1, int Tasks = 8, int? At = null)
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
        new(CheatKind.SwappedOutputs, "the outputs of each two tasks exchanged"),
        new(CheatKind.NotANumber, "NaN for every number, each with another payload"),
        new(CheatKind.NegativeZero, "−0 for every zero, and for all below 10⁻⁹"),
        new(CheatKind.WrongType, "the right bytes as whole numbers"),
        new(CheatKind.SpoofedClass, "16-bit weights under a determinism class that nobody knows"),
        new(CheatKind.Copy, "copies another's commitment"),
        new(CheatKind.Unrevealed, "commits and does not reveal"),
        new(CheatKind.WrongSalt, "reveals with another salt"),
        new(CheatKind.Withheld, "reveals a root and serves nothing"),
        new(CheatKind.ForgedTrace, "right outputs, and a made-up trace when one is demanded"),
        new(CheatKind.WithheldTrace, "right outputs, and no trace when one is demanded"),
        new(CheatKind.WrongOperator, "a wrong sum (Gemm), and a bribed verifier", At: 0),
        new(CheatKind.WrongOperator, "a wrong exact operator (Relu), and a bribed verifier", At: 1),
        new(CheatKind.WrongOperator, "a wrong copy (Reshape), and a bribed verifier", At: 2),
        new(CheatKind.WrongOperator, "a wrong Softmax, and a bribed verifier", At: 3),
        new(CheatKind.BribedVerifier, "noise, and a bribed verifier"),
        new(CheatKind.FalseRejection, "a verifier calls right results fraud"),
        new(CheatKind.LazyVerifier, "a verifier accepts all and copies its samples"),
        new(CheatKind.GriefingChallenger, "a stranger contests a right result"),
        new(CheatKind.LyingJuror, "a stranger contests a right result, and one juror of three votes for it"),
        new(CheatKind.LyingJurors, "a stranger contests a right result, and two jurors of three vote for it"),
        new(CheatKind.Ties, "a requester's model is full of ties, with their scores"),
        new(CheatKind.HiddenTies, "a requester's model gives nothing but the places of ties"),
        new(CheatKind.NumbersBehindTies, "a requester's model gives numbers that a tie turns into others"),
    ];

    /// <summary>What it is called on the command line and in results.</summary>
    public string Name => $"{Kind.ToString().ToLowerInvariant()}{(Cheats == 1 ? "" : $"x{Cheats}")}{At}";

    /// <summary>Whether it must be found and lose; else it may be paid as long as its results are as good as honest ones, or harm nobody.</summary>
    public bool MustLose => !Kind.MayPass();

    /// <summary>Who does what, if it is more than what one provider does.</summary>
    public Plot? Plot { get; } = Plot.Of(Kind);

    /// <summary>How many honest providers deliver.</summary>
    public int Honest => Plot is null ? Replicas - Cheats : Play.Replicas - (Plot.Provider is null ? 0 : 1);

    /// <summary>Whether each of them must be paid; where a tie turns what is seen, or nobody takes the job, they lose nothing.</summary>
    public bool MustPay => Kind is not (CheatKind.HiddenTies or CheatKind.NumbersBehindTies);

    /// <summary>How many of the cheats may go without a loss, as long as they gain nothing: a juror who is alone with its vote, so that nobody fears to disagree.</summary>
    public int Spared => Kind == CheatKind.LyingJuror ? 1 : 0;
}
