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

    /// <summary>Delivers for each task the outputs of its neighbour: 0 and 1 exchanged, 2 and 3, and so on.</summary>
    SwappedOutputs,

    /// <summary>Delivers NaN for every number, each with another payload.</summary>
    NotANumber,

    /// <summary>Delivers −0 for every zero, and for what is too small to be seen: to the rules, the same numbers.</summary>
    NegativeZero,

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

    /// <summary>Delivers right outputs, and shows a made-up trace when one is demanded.</summary>
    ForgedTrace,

    /// <summary>Delivers right outputs, and shows no trace when one is demanded.</summary>
    WithheldTrace,

    /// <summary>Runs the model with one operator that gives twice what it should, and shows that; its verifier is bribed.</summary>
    WrongOperator,

    /// <summary>Delivers noise, which a bribed verifier accepts.</summary>
    BribedVerifier,

    /// <summary>A verifier that calls all results fraud, without looking.</summary>
    FalseRejection,

    /// <summary>A verifier that accepts all results and copies one as samples of its own.</summary>
    LazyVerifier,

    /// <summary>A stranger that contests a right result.</summary>
    GriefingChallenger,

    /// <summary>The same, with a juror who votes for it.</summary>
    LyingJuror,

    /// <summary>The same, with two jurors of three.</summary>
    LyingJurors,

    /// <summary>A requester whose model is full of ties, with their scores among the outputs.</summary>
    Ties,

    /// <summary>A requester whose model gives nothing but the places of ties.</summary>
    HiddenTies,

    /// <summary>A requester whose model gives numbers that a tie turns into others.</summary>
    NumbersBehindTies,
}
