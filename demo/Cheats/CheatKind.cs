namespace Market.Demo.Cheats;

/// <summary>What one of the providers does instead of its work.</summary>
internal enum CheatKind
{
    /// <summary>Runs the model with weights rounded to 16 bits: half the memory, almost the same answers.</summary>
    Fp16,

    /// <summary>Runs the model with weights rounded to bfloat16: 8 bits of fraction.</summary>
    Bf16,

    /// <summary>Runs the model with weights in 255 steps.</summary>
    Int8,

    /// <summary>Runs the model without one of its layers.</summary>
    SkippedLayer,

    /// <summary>Runs the model with one of its tensors times 1.01.</summary>
    ScaledTensor,

    /// <summary>Runs the model with one of all its weights times 1.5.</summary>
    OneWeight,

    /// <summary>Delivers noise of the right shape.</summary>
    Garbage,

    /// <summary>Delivers the right values, each up to a hundredth more or less.</summary>
    Noise2,

    /// <summary>Delivers the right values, each up to a thousandth more or less.</summary>
    Noise3,

    /// <summary>Delivers the right values, each up to a millionth more or less: what honest machines differ by.</summary>
    Noise6,

    /// <summary>Delivers the answer to the first task for every other one.</summary>
    Cached,

    /// <summary>Delivers noise for one task of twenty.</summary>
    Seldom,

    /// <summary>Delivers the right bytes as whole numbers.</summary>
    WrongType,

    /// <summary>Runs the model with weights rounded to 16 bits, and declares a determinism class that nobody knows.</summary>
    SpoofedClass,

    /// <summary>Waits for another's commitment and commits to the same.</summary>
    Copy,

    /// <summary>Commits to something and reveals nothing.</summary>
    Unrevealed,

    /// <summary>Reveals with another salt than it committed with.</summary>
    WrongSalt,

    /// <summary>Reveals a root and shows nothing of what it is made of.</summary>
    Withheld,

    /// <summary>Claims a seat, and is killed.</summary>
    Vanish,
}
