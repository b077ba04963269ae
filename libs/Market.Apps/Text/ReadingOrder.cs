namespace Market.Apps.Text;

/// <summary>The order in which people read: from above to below; of what stands beside each other, from left to right.</summary>
internal static class ReadingOrder
{
    public static IReadOnlyList<TextBox> Of(IEnumerable<TextBox> boxes)
    {
        var rows = new List<List<TextBox>>();
        foreach (var box in boxes.OrderBy(box => box.Y).ThenBy(box => box.X))
        {
            if (rows.Count > 0 && box.Y - rows[^1][0].Y < Math.Min(box.Height, rows[^1][0].Height) / 2)
            {
                rows[^1].Add(box);
            }
            else
            {
                rows.Add([box]);
            }
        }

        return [.. rows.SelectMany(row => row.OrderBy(box => box.X))];
    }
}
