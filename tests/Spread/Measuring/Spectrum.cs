using System.Text.Json.Serialization;
using Market.Onnx.Comparison;

namespace Market.Spread.Measuring;

/// <summary>Many distances, as shares of the tolerance: how many lie in each tenth of a power of ten.</summary>
internal sealed record Spectrum
{
    /// <summary>How many comparisons.</summary>
    [JsonInclude]
    public long Count { get; private set; }

    /// <summary>Of these, equal bits.</summary>
    [JsonInclude]
    public long Equal { get; private set; }

    /// <summary>Of these, beyond the tolerance.</summary>
    [JsonInclude]
    public long Rejected { get; private set; }

    /// <summary>Of these, differences that no tolerance allows: another shape, another whole number, NaN; where bits must be equal, any.</summary>
    [JsonInclude]
    public long Mismatched { get; private set; }

    /// <summary>The largest share of the tolerance, mismatches aside.</summary>
    [JsonInclude]
    public double Largest { get; private set; }

    /// <summary>The smallest share of the tolerance; infinite where all are mismatches.</summary>
    [JsonInclude]
    public double Smallest { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest, of results that differ by more than the absolute floor takes care of.</summary>
    [JsonInclude]
    public double LargestRelativeL2 { get; private set; }

    /// <summary>The largest, of results that differ by more than the absolute floor takes care of.</summary>
    [JsonInclude]
    public double LargestScaledMaximum { get; private set; }

    /// <summary>How many lie from 10^(n/10) of the tolerance on, by n.</summary>
    public SortedDictionary<int, long> Tenths { get; init; } = [];

    public void Add(OutputDistance distance, long times)
    {
        Count += times;
        Rejected += distance.IsWithin ? 0 : times;
        if (distance.Mismatch is not null || double.IsInfinity(distance.ShareOfTolerance))
        {
            Mismatched += times;
            return;
        }

        var share = distance.ShareOfTolerance;
        (Smallest, Largest) = (Math.Min(Smallest, share), Math.Max(Largest, share));
        if (distance.LargestDifference > ToleranceRule.LeftToFloor)
        {
            LargestRelativeL2 = Math.Max(LargestRelativeL2, distance.RelativeL2);
            LargestScaledMaximum = Math.Max(LargestScaledMaximum, distance.ScaledMaximum);
        }

        if (share == 0)
        {
            Equal += times;
            return;
        }

        var tenth = (int)Math.Floor(10 * Math.Log10(share));
        Tenths[tenth] = Tenths.GetValueOrDefault(tenth) + times;
    }
}
