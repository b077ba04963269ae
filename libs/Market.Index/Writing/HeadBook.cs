using Market.Chain.State;
using Market.Index.Rows;
using Market.Index.Storage;
using Microsoft.EntityFrameworkCore;

namespace Market.Index.Writing;

/// <summary>Writes down which models jobs run, which the chain does not say: it names only the digest of a job's head. Thread-safe.</summary>
/// <remarks>Only for the program that writes the index (<see cref="IndexLead"/>), and through the store that its follower writes with.</remarks>
/// <param name="store">The index.</param>
public sealed class HeadBook(IndexStore store)
{
    /// <summary>How many jobs are named in one transaction: other writers wait no longer than that takes.</summary>
    internal int AtOnce { get; init; } = 10_000;

    /// <summary>Jobs whose model is not known and that changed in a block or later, the newest first.</summary>
    public Task<IReadOnlyList<JobRecord>> ChangedAsync(ulong block, int count, CancellationToken cancellationToken)
    {
        var first = (long)block;
        return UnknownAsync(jobs => jobs.Where(j => j.ChangedBlock >= first), count, cancellationToken);
    }

    /// <summary>Jobs whose model is not known that were posted before another, the newest first.</summary>
    /// <param name="number">The other's number.</param>
    /// <param name="since">Only those posted then or later, in seconds since 1970.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<JobRecord>> OlderAsync(long number, long since, int count, CancellationToken cancellationToken) =>
        UnknownAsync(jobs => jobs.Where(j => j.Number < number && j.PostedAt >= since), count, cancellationToken);

    /// <summary>Notes what a head says, for all jobs of it, those to come too.</summary>
    /// <param name="bundle">The head's digest, by which jobs name it.</param>
    /// <param name="model">The model's root, or nothing if it names none.</param>
    /// <param name="cancellationToken">Stops between two parts; who asks again goes on.</param>
    public async Task LearnAsync(string bundle, string model, CancellationToken cancellationToken)
    {
        for (long? done = 0; done is { } after;)
        {
            await store.WriteAsync(async context => done = await LearnAsync(context, bundle, model, after, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Names some jobs after a number and returns the last one's, or all that are left, writes down what the head says, and returns null.</summary>
    private async Task<long?> LearnAsync(IndexContext context, string bundle, string model, long after, CancellationToken cancellationToken)
    {
        var jobs = context.Jobs.Where(j => j.Bundle == bundle && j.Model == null);
        var last = await jobs.Where(j => j.Number > after).OrderBy(j => j.Number).Skip(AtOnce - 1).Select(j => (long?)j.Number).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var part = last is null ? jobs : jobs.Where(j => j.Number > after && j.Number <= last);
        await ModelTotals.AddAsync(context, model, part, cancellationToken).ConfigureAwait(false);
        await part.ExecuteUpdateAsync(j => j.SetProperty(x => x.Model, model), cancellationToken).ConfigureAwait(false);
        if (last is null)
        {
            await Upsert.WriteAsync(context, [new HeadRow { Bundle = bundle, Model = model }], cancellationToken).ConfigureAwait(false);
        }

        return last;
    }

    private async Task<IReadOnlyList<JobRecord>> UnknownAsync(Func<IQueryable<JobRow>, IQueryable<JobRow>> which, int count, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var documents = await which(context.Jobs.Where(j => j.Model == null)).OrderByDescending(j => j.Number).Take(count).Select(j => j.Document).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. documents.Select(Documents.ReadJob)];
    }
}
