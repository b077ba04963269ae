using Market.Demo.Disputes;

namespace Market.Demo.Cheats;

/// <summary>What kinds of cheats have in common.</summary>
internal static class CheatKinds
{
    /// <summary>Whether it never executes anything, and only plays with its seat.</summary>
    public static bool IsWithoutWork(this CheatKind kind) => kind is CheatKind.Copy or CheatKind.Unrevealed or CheatKind.WrongSalt or CheatKind.Withheld;

    /// <summary>Whether it needs a market of its own, with parts for others than one provider.</summary>
    public static bool IsPlay(this CheatKind kind) => Plot.Of(kind) is not null;

    /// <summary>Whether what it delivers may lie as near to the truth as honest results, or what it does harms nobody: then it need not lose.</summary>
    public static bool MayPass(this CheatKind kind) => kind
        is CheatKind.Noise3 or CheatKind.Noise6 or CheatKind.OneWeight or CheatKind.NegativeZero or CheatKind.Ties or CheatKind.HiddenTies or CheatKind.NumbersBehindTies;

    /// <summary>Names as a command line takes them.</summary>
    public static string Names(bool plays) => string.Join(", ", Enum.GetValues<CheatKind>().Where(kind => kind.IsPlay() == plays)).ToLowerInvariant();
}
