using Market.Index.Rows;

namespace Market.Web.Components.Shared;

/// <summary>A stretch of time up to now, cut into bars.</summary>
/// <param name="Name">What people choose it by.</param>
/// <param name="Bars">How many.</param>
/// <param name="Hours">How long each is.</param>
public sealed record Span(string Name, int Bars, int Hours)
{
    /// <summary>What can be chosen; the first unless something is.</summary>
    public static IReadOnlyList<Span> All { get; } = [new("24 hours", 24, 1), new("7 days", 28, 6), new("30 days", 30, 24), new("1 year", 52, 24 * 7)];

    /// <summary>The hours that it covers, up to a time.</summary>
    public (long First, long Last) Until(ulong now)
    {
        var last = ((long)(now / 3600) / Hours * Hours) + Hours - 1;
        return (last - (Bars * Hours) + 1, last);
    }

    /// <summary>The bars of a number, of which hours without anything have none.</summary>
    public IReadOnlyList<Bar> Cut(IReadOnlyList<HourRow> hours, ulong now, Func<IReadOnlyList<HourRow>, double> number)
    {
        var (first, _) = Until(now);
        var parts = hours.ToLookup(h => (h.Hour - first) / Hours);
        return [.. Enumerable.Range(0, Bars).Select(i => new Bar(Label(first + (i * Hours)), number([.. parts[i]])))];
    }

    private string Label(long hour) => Shown.Number(DateTimeOffset.FromUnixTimeSeconds(hour * 3600), Hours < 24 ? "g" : "d");
}
