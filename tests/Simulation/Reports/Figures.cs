using System.Globalization;

namespace Market.Simulation.Reports;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    public static string Signed(double value) => (Math.Abs(value) < 9.95
        ? value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture)
        : value.ToString("+0;-0", CultureInfo.InvariantCulture)).Replace('-', '−');

    public static string Percent(double share) => share.ToString(share is > 0 and < 0.1 ? "0.0 %" : "0 %", CultureInfo.InvariantCulture);
}
