using System.Text.Json;
using Market.Web.Purchases;

namespace Market.Web.Uploads;

/// <summary>A file of a saved session; its bytes lie beside.</summary>
internal sealed record SavedFile(int Number, string Name, long Bytes, string Address);

/// <summary>What of an upload session outlives this server's process, so that a restart ends no purchase. What was made of the files is made of them again.</summary>
internal sealed record SavedSession(
    IReadOnlyCollection<string> Accepts, IReadOnlyList<SavedFile> Files, IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<string> Earlier, OrderDraft Draft, IReadOnlyList<OfferedJob> Offered, string Visitor = "")
{
    private const string FileName = "purchase.json";
    private const int LargestFile = 4 << 20;

    /// <summary>Writes it into the session's folder, whole or not at all. Where that fails, the purchase lives as long as this process.</summary>
    public void Save(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (IOException)
        {
            // The disk is full: files that are sent say so.
        }
    }

    /// <summary>Reads the sessions that were saved in the folders of a folder, the newest first; what is damaged is left out.</summary>
    /// <param name="folder">Where sessions have their folders, which their tokens name.</param>
    /// <param name="since">Those that changed since then.</param>
    public static IEnumerable<(string Token, SavedSession Session)> LoadAll(string folder, DateTimeOffset since)
    {
        var files = new DirectoryInfo(folder) is { Exists: true } all ? all.EnumerateDirectories().Select(d => new FileInfo(Path.Combine(d.FullName, FileName))) : [];
        foreach (var file in files.Where(f => f.Exists && f.Length <= LargestFile && f.LastWriteTimeUtc >= since.UtcDateTime).OrderByDescending(f => f.LastWriteTimeUtc))
        {
            if (Load(file) is { } session)
            {
                yield return (file.Directory!.Name, session);
            }
        }
    }

    private static SavedSession? Load(FileInfo file)
    {
        try
        {
            return JsonSerializer.Deserialize<SavedSession>(File.ReadAllBytes(file.FullName));
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }
}
