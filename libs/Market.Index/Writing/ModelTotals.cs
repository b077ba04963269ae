using Market.Index.Rows;
using Market.Index.Storage;
using Microsoft.EntityFrameworkCore;

namespace Market.Index.Writing;

/// <summary>Keeps how much each model was used: what jobs counted before they changed is taken off, what they count now is added.</summary>
internal static class ModelTotals
{
    // Each is a parameter of a statement.
    private const int AskedAtOnce = 500;

    /// <summary>Jobs as they are counted so far, of those that will be written. An index that is built for the first time knows no model, and is not slowed by asking for each.</summary>
    public static async Task<IReadOnlyList<JobRow>> CountedAsync(IndexContext context, IReadOnlyList<JobRow> rows, CancellationToken cancellationToken)
    {
        var counted = new List<JobRow>();
        foreach (var numbers in await context.Models.AnyAsync(cancellationToken).ConfigureAwait(false) ? rows.Select(r => r.Number).Chunk(AskedAtOnce) : [])
        {
            counted.AddRange(await context.Jobs.Where(j => numbers.Contains(j.Number) && j.Model != null).ToListAsync(cancellationToken).ConfigureAwait(false));
        }

        return counted;
    }

    /// <summary>Jobs with what is known of their models.</summary>
    public static async Task<IReadOnlyList<JobRow>> NamedAsync(IndexContext context, IReadOnlyList<JobRow> rows, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var bundles in await context.Heads.AnyAsync(cancellationToken).ConfigureAwait(false) ? rows.Select(r => r.Bundle).Distinct().Chunk(AskedAtOnce) : [])
        {
            foreach (var head in await context.Heads.Where(h => bundles.Contains(h.Bundle)).ToListAsync(cancellationToken).ConfigureAwait(false))
            {
                known[head.Bundle] = head.Model;
            }
        }

        return known.Count == 0 ? rows : [.. rows.Select(r => r with { Model = known.GetValueOrDefault(r.Bundle) })];
    }

    /// <summary>Counts jobs as they are now in place of what they were, within the session's transaction.</summary>
    public static async Task ReplaceAsync(IndexContext context, IEnumerable<JobRow> before, IEnumerable<JobRow> after, CancellationToken cancellationToken)
    {
        var parts = before.Select(j => (Job: j, Sign: -1)).Concat(after.Select(j => (Job: j, Sign: 1))).Where(p => p.Job.Model is not null);
        foreach (var model in parts.GroupBy(p => p.Job.Model!))
        {
            var judged = model.Where(p => p.Job.JudgedAt is not null).ToList();
            await AddAsync(context, new ModelRow
            {
                Model = model.Key,
                Jobs = model.Sum(p => p.Sign),
                Judged = judged.Sum(p => p.Sign),
                Disputed = judged.Sum(p => p.Job.Disputed ? p.Sign : 0),
                Tasks = judged.Sum(p => (long)p.Sign * p.Job.Tasks),
                Executions = judged.Sum(p => p.Sign * p.Job.Executions),
                Volume = judged.Sum(p => p.Sign * p.Job.Volume),
                WorkSeconds = judged.Sum(p => p.Sign * p.Job.WorkSeconds),
                WorkVolume = judged.Sum(p => p.Sign * p.Job.WorkVolume),
            }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Counts jobs that were not counted before, within the session's transaction.</summary>
    public static async Task AddAsync(IndexContext context, string model, IQueryable<JobRow> jobs, CancellationToken cancellationToken)
    {
        var all = await jobs.GroupBy(_ => 1).Select(g => new ModelRow
        {
            Model = model,
            Jobs = g.LongCount(),
            Judged = g.Sum(j => j.JudgedAt != null ? 1L : 0),
            Disputed = g.Sum(j => j.JudgedAt != null && j.Disputed ? 1L : 0),
            Tasks = g.Sum(j => j.JudgedAt != null ? (long)j.Tasks : 0),
            Executions = g.Sum(j => j.Price == 0 ? 0 : j.Tasks * (j.Volume / j.Price)),
            Volume = g.Sum(j => j.Volume),
            WorkSeconds = g.Sum(j => j.WorkSeconds),
            WorkVolume = g.Sum(j => j.WorkVolume),
        }).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (all is not null)
        {
            await AddAsync(context, all, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task AddAsync(IndexContext context, ModelRow more, CancellationToken cancellationToken)
    {
        var known = await context.Models.Where(m => m.Model == more.Model).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.Jobs, x => x.Jobs + more.Jobs).SetProperty(x => x.Judged, x => x.Judged + more.Judged).SetProperty(x => x.Disputed, x => x.Disputed + more.Disputed)
                .SetProperty(x => x.Tasks, x => x.Tasks + more.Tasks).SetProperty(x => x.Executions, x => x.Executions + more.Executions).SetProperty(x => x.Volume, x => x.Volume + more.Volume)
                .SetProperty(x => x.WorkSeconds, x => x.WorkSeconds + more.WorkSeconds).SetProperty(x => x.WorkVolume, x => x.WorkVolume + more.WorkVolume),
            cancellationToken).ConfigureAwait(false);
        if (known == 0)
        {
            await Upsert.WriteAsync(context, [more], cancellationToken).ConfigureAwait(false);
        }
    }
}
