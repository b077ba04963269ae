using System.Text.Json.Serialization;

namespace Market.Protocol.Bundles;

/// <summary>How far two honest results may lie apart, in parts per billion (10⁻⁹), per output tensor.</summary>
/// <param name="RelativeL2">Largest ‖a−b‖₂ / max(‖a‖₂, ‖b‖₂).</param>
/// <param name="ScaledMaximum">Largest max|a−b| / max(|a|∞, |b|∞).</param>
/// <remarks>Integers, booleans and strings are always compared exactly, and the places of NaN and infinities must agree.</remarks>
public sealed record Tolerance(int RelativeL2, int ScaledMaximum)
{
    /// <summary>The largest value that a bundle may ask for: ten percent.</summary>
    public const int Largest = 100_000_000;

    /// <summary>Four times what honest machines were measured to differ on text recognition, a fifth of what 16-bit weights differ: 10⁻⁴ and 5·10⁻⁴.</summary>
    /// <remarks>Smaller values are for bundles that allow one determinism class only: between classes honest results could fail.</remarks>
    public static Tolerance Default { get; } = new(100_000, 500_000);

    /// <summary>Equal bits only.</summary>
    public static Tolerance Exact { get; } = new(0, 0);

    /// <summary><see cref="RelativeL2"/> as a fraction.</summary>
    [JsonIgnore]
    public double RelativeL2Fraction => RelativeL2 / 1e9;

    /// <summary><see cref="ScaledMaximum"/> as a fraction.</summary>
    [JsonIgnore]
    public double ScaledMaximumFraction => ScaledMaximum / 1e9;

    /// <summary>Whether both bounds are at least those of <paramref name="other"/>.</summary>
    public bool IsAtLeast(Tolerance other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return RelativeL2 >= other.RelativeL2 && ScaledMaximum >= other.ScaledMaximum;
    }
}
