using System.Text.Json;
using Market.Content;
using Market.Protocol.Ids;

namespace Market.Web.Hosting;

/// <summary>A job whose data this server offers to providers, for its requester.</summary>
/// <param name="Bundle">The job's bundle, under whose name its blobs are pinned.</param>
/// <param name="Blobs">What providers fetch.</param>
/// <param name="App">By which app it was made.</param>
/// <param name="Token">The upload session that holds its files: whoever knows it sees them in the report.</param>
/// <param name="Names">What the session's files are called, by number.</param>
/// <param name="Settings">What its owner set.</param>
/// <param name="Earlier">The jobs of the steps before it, by their ids.</param>
/// <param name="NeededAt">When it was last needed: when it was made, or a job of it was not over, in seconds since 1970.</param>
/// <param name="Posted">Whether a job of it was seen on chain.</param>
public sealed record HostedJob(
    string Bundle, IReadOnlyList<string> Blobs, string App, string Token, IReadOnlyDictionary<int, string> Names,
    IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Earlier, long NeededAt, bool Posted)
{
    private const int LargestFile = 16 << 20;

    public IEnumerable<ContentId> ContentIds => Blobs.Select(blob => ContentId.Parse(blob, null));

    public ContentDigest Digest => ContentDigest.Parse(Bundle);

    /// <summary>Writes it, whole or not at all.</summary>
    public void Save(string folder)
    {
        var path = PathIn(folder);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this));
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Delete(string folder) => File.Delete(PathIn(folder));

    /// <summary>Reads all of a folder; what is damaged is left out.</summary>
    public static IEnumerable<HostedJob> LoadAll(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("0x*.json").Where(f => f.Length <= LargestFile))
        {
            HostedJob? job = null;
            try
            {
                job = JsonSerializer.Deserialize<HostedJob>(File.ReadAllBytes(file.FullName));
            }
            catch (JsonException)
            {
                // Without it the job's data is not offered; another job's is.
            }

            if (job is not null)
            {
                yield return job;
            }
        }
    }

    private string PathIn(string folder) => Path.Combine(folder, Bundle + ".json");
}
