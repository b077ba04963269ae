namespace Market.Demo.Cheats;

/// <summary>What kinds of cheats have in common.</summary>
internal static class CheatKinds
{
    /// <summary>Whether it never executes anything, and only plays with its seat.</summary>
    public static bool IsWithoutWork(this CheatKind kind) => kind is CheatKind.Copy or CheatKind.Unrevealed or CheatKind.WrongSalt or CheatKind.Withheld;

    /// <summary>Whether what it delivers may lie as near to the truth as honest results: then it need not be found.</summary>
    public static bool MayPass(this CheatKind kind) => kind is CheatKind.Noise3 or CheatKind.Noise6 or CheatKind.OneWeight;
}
