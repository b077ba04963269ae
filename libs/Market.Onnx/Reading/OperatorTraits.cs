using System.Collections.Frozen;

namespace Market.Onnx.Reading;

/// <summary>What operators mean for comparing results of different machines.</summary>
public static class OperatorTraits
{
    /// <summary>Operators whose result is drawn by chance: two honest runs never agree.</summary>
    private static readonly FrozenSet<string> Chance = FrozenSet.ToFrozenSet(
        ["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"]);

    /// <summary>Operators whose result jumps where rounding alone decides: ties and discontinuities.</summary>
    private static readonly FrozenSet<string> Jumps = FrozenSet.ToFrozenSet(
    [
        "ArgMax", "ArgMin", "TopK", "NonMaxSuppression", "Hardmax", "Unique", "Round", "Floor", "Ceil", "Sign", "Mod", "Greater", "GreaterOrEqual", "Less",
        "LessOrEqual", "Equal", "NonZero", "QuantizeLinear", "DynamicQuantizeLinear", "MaxRoiAlign", "ThresholdedRelu", "Shrink", "TfIdfVectorizer",
    ]);

    /// <summary>Of these, operators that pick one of several values: what comes after may be anything once a tie falls the other way.</summary>
    private static readonly FrozenSet<string> Picks = FrozenSet.ToFrozenSet(
        ["ArgMax", "ArgMin", "TopK", "NonMaxSuppression", "Hardmax", "Unique", "NonZero"]);

    /// <summary>Operators that make sequences, maps or optionals.</summary>
    private static readonly FrozenSet<string> NoTensors = FrozenSet.ToFrozenSet(
    [
        "SequenceEmpty", "SequenceConstruct", "SequenceInsert", "SequenceErase", "SequenceMap", "SplitToSequence", "Optional", "ZipMap",
    ]);

    /// <summary>Domains that the runtime brings with it; everything else is a custom operator.</summary>
    private static readonly FrozenSet<string> Domains = FrozenSet.ToFrozenSet(["", "ai.onnx", "ai.onnx.ml", "com.microsoft"]);

    /// <summary>Whether an operator's result is drawn by chance.</summary>
    public static bool IsChance(string name) => Chance.Contains(name);

    /// <summary>Whether an operator has ties or discontinuities.</summary>
    public static bool HasJumps(string name) => Jumps.Contains(name);

    /// <summary>Whether an operator picks some of several values, so that a tie decides all that comes after it.</summary>
    public static bool IsPick(string name) => Picks.Contains(name);

    /// <summary>Whether an operator gives values that are no tensors: models with it are not traced.</summary>
    public static bool GivesNoTensor(string name) => NoTensors.Contains(name);

    /// <summary>Whether operators of a domain come with the runtime.</summary>
    public static bool IsKnownDomain(string domain) => Domains.Contains(domain);
}
