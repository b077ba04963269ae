namespace Market.Conformance;

/// <summary>Tests whose expected outputs the runtime does not give, each with the reason; any other failure is a fault of ours.</summary>
internal static class KnownDeviations
{
    private const string Chance = "the result is random";
    private const string Zero = "rounding where zero is expected: element by element any rounding is an error there";
    private const string Text = "the runtime writes numbers as text in another form than NumPy";
    private const string AlignCorners = "the runtime computes aligned corners from the rounded size (excluded from its own runs of these tests too)";
    private const string Unpool = "the runtime reads indices as of `output_shape`, the test as of the inferred shape (excluded from its own runs of these tests too)";

    private const string Truncated = "the test expects bfloat16 cut off, the runtime rounds to nearest";
    private const string Like = "the test's own input `like` has shape [1], its model declares [3,4]";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["node/test_bernoulli"] = Chance,
        ["node/test_bernoulli_double"] = Chance,
        ["node/test_bernoulli_double_expanded"] = Chance,
        ["node/test_bernoulli_expanded"] = Chance,
        ["node/test_bernoulli_seed"] = Chance,
        ["node/test_bernoulli_seed_expanded"] = Chance,
        ["node/test_training_dropout"] = Chance,
        ["node/test_training_dropout_default"] = Chance,
        ["node/test_training_dropout_default_mask"] = Chance,
        ["node/test_training_dropout_mask"] = Chance,
        ["node/test_dft"] = Zero,
        ["node/test_dft_axis"] = Zero,
        ["node/test_dft_inverse"] = Zero,
        ["node/test_stft"] = Zero,
        ["node/test_stft_with_window"] = Zero,
        ["node/test_cast_FLOAT_to_STRING"] = Text,
        ["node/test_cast_FLOAT_to_BFLOAT16"] = Truncated,
        ["node/test_castlike_BFLOAT16_to_FLOAT"] = Like,
        ["node/test_castlike_BFLOAT16_to_FLOAT_expanded"] = Like,
        ["node/test_castlike_FLOAT_to_BFLOAT16"] = Like,
        ["node/test_castlike_FLOAT_to_BFLOAT16_expanded"] = Like,
        ["node/test_castlike_FLOAT_to_STRING"] = Text,
        ["node/test_castlike_FLOAT_to_STRING_expanded"] = Text,
        ["node/test_maxunpool_export_with_output_shape"] = Unpool,
        ["node/test_resize_downsample_scales_cubic_align_corners"] = AlignCorners,
        ["node/test_resize_downsample_scales_linear_align_corners"] = AlignCorners,
    };

    /// <summary>The reason why the test of this name fails, or null if it must not.</summary>
    public static string? Reason(string test) => Reasons.GetValueOrDefault(test);
}
