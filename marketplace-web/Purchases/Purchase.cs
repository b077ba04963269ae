using Market.Apps;
using Market.Protocol.Jobs;

namespace Market.Web.Purchases;

/// <summary>A job that somebody was shown, to sign it.</summary>
/// <param name="Bundle">The digest of its bundle.</param>
/// <param name="Id">The id that it has if it was posted.</param>
public sealed record OfferedJob(string Bundle, string Id);

/// <summary>How far somebody is with buying: kept here, so that neither a lost connection nor a reload loses it.</summary>
public sealed class Purchase
{
    private const int MostOffered = 20;

    /// <summary>What is wrong with the files; null before they were read.</summary>
    public IReadOnlyList<AppFinding>? Findings { get; set; }

    /// <summary>The job; null until its data is ready.</summary>
    public PreparedJob? Job { get; set; }

    /// <summary>What was typed.</summary>
    public OrderDraft Draft { get; set; } = new();

    /// <summary>What was set of the app's numbers.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>The jobs of the steps before this one.</summary>
    public IReadOnlyList<string> Earlier { get; set; } = [];

    /// <summary>The jobs that were shown to be signed, the newest first. Whether one was posted, the chain knows: who posted it may have closed the page.</summary>
    public IReadOnlyList<OfferedJob> Offered { get; set; } = [];

    /// <summary>Notes that somebody is shown a job to be signed.</summary>
    public void Offer(string bundle, string id) =>
        Offered = [new OfferedJob(bundle, id), .. Offered.Where(o => o.Id != id).Take(MostOffered - 1)];

    /// <summary>Goes on with the step after some jobs, with the numbers of the last one.</summary>
    public void Continue(IReadOnlyList<string> earlier, IReadOnlyDictionary<string, string> settings, JobSpec last)
    {
        (Earlier, Draft) = (earlier, OrderDraft.Like(last));
        Settings.Clear();
        foreach (var (id, value) in settings)
        {
            Settings[id] = value;
        }

        Reset();
    }

    /// <summary>Other files, or other numbers: what was made of them is no more.</summary>
    public void Reset() => (Findings, Job) = (null, null);
}
