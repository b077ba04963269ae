using System.Text.Json.Serialization;

namespace Market.Protocol.Bundles;

/// <summary>How far two honest results may lie apart, in parts per billion (10⁻⁹), per output tensor.</summary>
/// <param name="RelativeL2">Largest ‖a−b‖₂ / max(‖a‖₂, ‖b‖₂).</param>
/// <param name="ScaledMaximum">Largest max|a−b| / max(|a|∞, |b|∞).</param>
/// <param name="AbsoluteFloor">
/// max|a−b|, in parts per billion of 1.0, up to which the two above do not count: a tensor whose elements all lie this near is
/// within tolerance, however small the elements are. 0: there is no such floor.
/// </param>
/// <remarks>Integers, booleans and strings are always compared exactly, and the places of NaN and infinities must agree.</remarks>
public sealed record Tolerance(int RelativeL2, int ScaledMaximum, int AbsoluteFloor)
{
    /// <summary>The largest value that a bundle may ask for: ten percent, or 0.1.</summary>
    public const int Largest = 100_000_000;

    /// <summary>
    /// Four times what honest machines were measured to differ on text recognition, a fifth of what 16-bit weights differ: 10⁻⁴
    /// and 5·10⁻⁴; and 10⁻⁶, eight times what kernels of Sigmoid differ by where they give nearly 0.
    /// </summary>
    /// <remarks>Smaller values are for bundles that allow one determinism class only: between classes honest results could fail.</remarks>
    public static Tolerance Default { get; } = new(100_000, 500_000, 1_000);

    /// <summary>Equal bits only.</summary>
    public static Tolerance Exact { get; } = new(0, 0, 0);

    /// <summary><see cref="RelativeL2"/> as a fraction.</summary>
    [JsonIgnore]
    public double RelativeL2Fraction => RelativeL2 / 1e9;

    /// <summary><see cref="ScaledMaximum"/> as a fraction.</summary>
    [JsonIgnore]
    public double ScaledMaximumFraction => ScaledMaximum / 1e9;

    /// <summary><see cref="AbsoluteFloor"/> as a number.</summary>
    [JsonIgnore]
    public double AbsoluteFloorValue => AbsoluteFloor / 1e9;

    /// <summary>Whether every bound is at least that of <paramref name="other"/>.</summary>
    public bool IsAtLeast(Tolerance other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return RelativeL2 >= other.RelativeL2 && ScaledMaximum >= other.ScaledMaximum && AbsoluteFloor >= other.AbsoluteFloor;
    }

    /// <summary>Whether every bound is one that a document may state.</summary>
    [JsonIgnore]
    public bool IsSound => new[] { RelativeL2, ScaledMaximum, AbsoluteFloor }.All(bound => bound is >= 0 and <= Largest);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{RelativeL2} (relative L2), {ScaledMaximum} (scaled maximum) and {AbsoluteFloor} (absolute floor) parts per billion");
}
