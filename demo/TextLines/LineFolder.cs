namespace Market.Demo.TextLines;

/// <summary>Somebody's own pictures: every PNG or JPEG of a folder, with the truth in a .txt file of the same name where there is one.</summary>
internal static class LineFolder
{
    private const long LargestPicture = 16 << 20;
    private const int MostPictures = 4096;

    public static IReadOnlyList<TextLine> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"No folder '{folder}'; expected one with line images (.png, .jpg).");
        }

        List<string> files = [.. Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal).Take(MostPictures)];
        return files.Count > 0
            ? [.. files.Select(ReadPicture)]
            : throw new InvalidDataException($"No .png or .jpg in '{folder}'; expected at least one line image.");
    }

    private static bool IsPicture(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG";

    private static TextLine ReadPicture(string path)
    {
        long length = new FileInfo(path).Length;
        if (length is 0 or > LargestPicture)
        {
            throw new InvalidDataException($"'{path}' has {length} bytes; expected 1 to {LargestPicture}.");
        }

        string text = Path.ChangeExtension(path, ".txt");
        return new TextLine(Path.GetFileName(path), File.Exists(text) ? File.ReadAllText(text).Trim() : null, File.ReadAllBytes(path));
    }
}
