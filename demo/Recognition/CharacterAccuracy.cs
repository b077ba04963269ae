namespace Market.Demo.Recognition;

/// <summary>Character accuracy: 1 − edit distance / length of the truth, over all lines (ISRI's definition).</summary>
internal static class CharacterAccuracy
{
    public static double Of(IEnumerable<(string Truth, string Read)> lines)
    {
        long length = 0, errors = 0;
        foreach ((string truth, string read) in lines)
        {
            length += truth.Length;
            errors += EditDistance(truth, read);
        }

        return length == 0 ? 0 : Math.Max(0, 1 - ((double)errors / length));
    }

    private static int EditDistance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
