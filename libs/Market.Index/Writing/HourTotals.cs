using Market.Index.Rows;
using Market.Index.Storage;
using Microsoft.EntityFrameworkCore;

namespace Market.Index.Writing;

/// <summary>Counts anew what happened in the hours that jobs changed.</summary>
internal static class HourTotals
{
    private const long Seconds = 3600;

    /// <summary>The hours in which a job counts.</summary>
    public static IEnumerable<long> Of(JobRow job) => job.JudgedAt is { } judged ? [job.PostedAt / Seconds, judged / Seconds] : [job.PostedAt / Seconds];

    /// <summary>Writes the totals of hours from the jobs' rows, within the session's transaction.</summary>
    public static async Task RefreshAsync(IndexContext context, IEnumerable<long> hours, CancellationToken cancellationToken)
    {
        foreach (var (first, last) in Runs(hours.Distinct().Order()))
        {
            long from = first * Seconds, until = (last + 1) * Seconds;
            var posted = await context.Jobs.Where(j => j.PostedAt >= from && j.PostedAt < until).GroupBy(j => j.PostedAt / Seconds).Select(g => new
            {
                g.Key,
                Posted = g.Count(),
                Started = g.Count(j => j.StartedAt != null),
                Queue = g.Sum(j => j.StartedAt != null ? j.StartedAt.Value - j.PostedAt : 0),
            }).ToDictionaryAsync(g => g.Key, cancellationToken).ConfigureAwait(false);
            var judged = await context.Jobs.Where(j => j.JudgedAt >= from && j.JudgedAt < until).GroupBy(j => j.JudgedAt!.Value / Seconds).Select(g => new
            {
                g.Key,
                Judged = g.Count(),
                Disputed = g.Count(j => j.Disputed),
                Tasks = g.Sum(j => (long)j.Tasks),
                Executions = g.Sum(j => j.Price == 0 ? 0 : j.Tasks * (j.Volume / j.Price)),
                Volume = g.Sum(j => j.Volume),
                WorkSeconds = g.Sum(j => j.WorkSeconds),
                WorkVolume = g.Sum(j => j.WorkVolume),
            }).ToDictionaryAsync(g => g.Key, cancellationToken).ConfigureAwait(false);
            var rows = Enumerable.Range(0, (int)(last - first) + 1).Select(i => first + i).Select(hour =>
            {
                var (p, j) = (posted.GetValueOrDefault(hour), judged.GetValueOrDefault(hour));
                return new HourRow
                {
                    Hour = hour,
                    Posted = p?.Posted ?? 0,
                    Started = p?.Started ?? 0,
                    QueueSeconds = p?.Queue ?? 0,
                    Judged = j?.Judged ?? 0,
                    Disputed = j?.Disputed ?? 0,
                    Tasks = j?.Tasks ?? 0,
                    Executions = j?.Executions ?? 0,
                    Volume = j?.Volume ?? 0,
                    WorkSeconds = j?.WorkSeconds ?? 0,
                    WorkVolume = j?.WorkVolume ?? 0,
                };
            });
            await Upsert.WriteAsync(context, [.. rows], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Neighbouring hours together, so that one query counts them.</summary>
    private static IEnumerable<(long First, long Last)> Runs(IEnumerable<long> ascending)
    {
        (long First, long Last)? run = null;
        foreach (var hour in ascending)
        {
            if (run is { } open && hour != open.Last + 1)
            {
                yield return open;
                run = null;
            }

            run = (run?.First ?? hour, hour);
        }

        if (run is { } end)
        {
            yield return end;
        }
    }
}
