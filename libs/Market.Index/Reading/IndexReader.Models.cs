using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Market.Index.Reading;

public sealed partial class IndexReader
{
    /// <summary>Models that jobs ran, those first for which providers were paid most.</summary>
    /// <param name="cursor">Where an earlier part ended, or null.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Page<ModelLine>> ModelsAsync(string? cursor, int count, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var models = context.Models.Where(m => m.Jobs > 0 && m.Model != "");
        if (cursor is not null)
        {
            var parts = cursor.Split('-');
            var (volume, model) = parts.Length == 2 ? (Number(parts[0]), parts[1]) : throw BadCursor(cursor);
            models = models.Where(m => m.Volume < volume || (m.Volume == volume && string.Compare(m.Model, model) < 0));
        }

        var found = await models.OrderByDescending(m => m.Volume).ThenByDescending(m => m.Model).Take(Bounded(count) + 1)
            .Select(m => new ModelLine(
                m.Model, m.Jobs, m.Judged, m.Disputed, m.Tasks, m.Executions, m.Volume, m.WorkSeconds, m.WorkVolume,
                context.Jobs.Where(j => j.Model == m.Model).OrderByDescending(j => j.Number).Select(j => j.PostedAt).FirstOrDefault()))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return Cut(found, count, m => string.Create(CultureInfo.InvariantCulture, $"{m.Volume}-{m.Model}"));
    }

    /// <summary>Of how many jobs the model is known.</summary>
    public async Task<ModelCoverage> ModelCoverageAsync(CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var all = await context.Jobs.MaxAsync(j => (long?)j.Number, cancellationToken).ConfigureAwait(false) ?? 0;
        var nameless = await context.Models.Where(m => m.Model == "").SumAsync(m => m.Jobs, cancellationToken).ConfigureAwait(false);
        var named = await context.Models.Where(m => m.Model != "").SumAsync(m => m.Jobs, cancellationToken).ConfigureAwait(false);
        return new ModelCoverage(named, nameless, Math.Max(0, all - named - nameless));
    }

    /// <summary>The root of the model that jobs of a bundle run; nothing if their head names none, null while nobody served it.</summary>
    public async Task<string?> ModelOfAsync(string bundle, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        return await context.Heads.Where(h => h.Bundle == bundle).Select(h => h.Model).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }
}
