using System.Diagnostics;

namespace Market.Benchmarks.Web;

/// <summary>Somebody who looks at a page that shows the newest jobs, and when each came to be on it.</summary>
internal sealed class Viewer : IDisposable
{
    /// <summary>So many jobs are there before anybody looks.</summary>
    public const int Shown = 10;

    private readonly PostedJobs _posted;
    private readonly List<long> _seen = [];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Circuit? _circuit;
    private volatile int _wanted = int.MaxValue;

    private Viewer(PostedJobs posted) => _posted = posted;

    public static async Task<Viewer> OpenAsync(HttpClient http, Uri page, PostedJobs posted)
    {
        var viewer = new Viewer(posted);
        viewer._circuit = await Circuit.OpenAsync(http, page, viewer.Look);
        return viewer;
    }

    /// <summary>Completes when so many jobs are posted and the last of them was on the page.</summary>
    public Task SeenAsync(int jobs)
    {
        _wanted = jobs;
        Check();
        return _all.Task;
    }

    /// <summary>Milliseconds from each job's block until it was on the page.</summary>
    public IEnumerable<double> Delays()
    {
        lock (_seen)
        {
            return [.. _seen.Select((moment, i) => _posted.Since(Shown + i, moment))];
        }
    }

    public void Dispose() => _circuit?.Dispose();

    private void Look(ReadOnlySpan<byte> batch)
    {
        var ids = _posted.Ids;
        lock (_seen)
        {
            while (Shown + _seen.Count < ids.Length && batch.IndexOf(ids[Shown + _seen.Count]) >= 0)
            {
                _seen.Add(Stopwatch.GetTimestamp());
            }
        }

        Check();
    }

    private void Check()
    {
        lock (_seen)
        {
            if (Shown + _seen.Count >= _wanted)
            {
                _all.TrySetResult();
            }
        }
    }
}
