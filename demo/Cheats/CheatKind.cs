namespace Market.Demo.Cheats;

/// <summary>What one of the providers does instead of its work.</summary>
internal enum CheatKind
{
    /// <summary>Runs the model with weights rounded to 16 bits: half the memory, almost the same answers.</summary>
    Fp16,

    /// <summary>Delivers noise of the right shape.</summary>
    Garbage,

    /// <summary>Waits for another's commitment and commits to the same.</summary>
    Copy,

    /// <summary>Claims a seat, and is killed.</summary>
    Vanish,
}
