using System.Globalization;
using Market.Chain.State;
using Market.Index.Rows;
using Market.Index.Storage;
using Market.Index.Writing;
using Microsoft.EntityFrameworkCore;

namespace Market.Index.Reading;

/// <summary>Answers questions about the market from its index. Thread-safe.</summary>
/// <remarks>Lists go on from a cursor, never from a number of rows to skip: the last part of a long list is as quick as the first.</remarks>
/// <param name="store">The index.</param>
public sealed partial class IndexReader(IndexStore store)
{
    /// <summary>The most that one part of a list holds.</summary>
    public const int MostItems = 200;

    /// <summary>How far the index has come; null before its first block.</summary>
    public async Task<IndexPosition?> PositionAsync(CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        return await context.Checkpoints.Select(c => new IndexPosition(c.Block, c.Time, c.Burnt)).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Jobs, the newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cursor">Where an earlier part ended, or null.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Page<JobLine>> JobsAsync(JobFilter filter, string? cursor, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var before = Before(cursor);
        var jobs = filter.Apply(context.Jobs).Where(j => j.Number < before);
        var found = await jobs.OrderByDescending(j => j.Number).Take(Bounded(count) + 1).Select(JobLine.Of).ToListAsync(cancellationToken).ConfigureAwait(false);
        return Cut(found, count, j => j.Number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A job with all that happened to it; null if there is none.</summary>
    /// <param name="id">Its id in lower case.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<JobRecord?> JobAsync(string id, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var document = await context.Jobs.Where(j => j.Id == id).Select(j => j.Document).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return document is null ? null : Documents.ReadJob(document);
    }

    /// <summary>Stakes, the largest first.</summary>
    /// <param name="role">Of which kind.</param>
    /// <param name="cursor">Where an earlier part ended, or null.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Page<StakeRow>> StakesAsync(StakeRole role, string? cursor, int count, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var stakes = context.Stakes.Where(s => s.Role == role);
        if (cursor is not null)
        {
            var parts = cursor.Split('-');
            var (amount, id) = parts.Length == 2 ? (Number(parts[0]), Number(parts[1])) : throw BadCursor(cursor);
            stakes = stakes.Where(s => s.Amount < amount || (s.Amount == amount && s.Id < id));
        }

        var found = await stakes.OrderByDescending(s => s.Amount).ThenByDescending(s => s.Id).Take(Bounded(count) + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        return Cut(found, count, s => string.Create(CultureInfo.InvariantCulture, $"{s.Amount}-{s.Id}"));
    }

    /// <summary>A stake; null if there is none.</summary>
    public async Task<StakeRow?> StakeAsync(long id, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        return await context.Stakes.SingleOrDefaultAsync(s => s.Id == id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The seats that a provider holds or held, the newest first.</summary>
    /// <param name="provider">The number of its stake.</param>
    /// <param name="cursor">Where an earlier part ended, or null.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Page<SeatLine>> SeatsAsync(long provider, string? cursor, int count, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var before = Before(cursor);
        var seats = context.Seats.Where(s => s.Provider == provider && s.Job < before);
        var newest = await seats.OrderByDescending(s => s.Job).Take(Bounded(count) + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        var numbers = newest.Select(s => s.Job).ToList();
        var jobs = await context.Jobs.Where(j => numbers.Contains(j.Number)).Select(JobLine.Of).ToDictionaryAsync(j => j.Number, cancellationToken).ConfigureAwait(false);
        var lines = newest.Where(s => jobs.ContainsKey(s.Job)).Select(s => new SeatLine(jobs[s.Job], s.Seat, s.State, s.Outcome, s.WorkSeconds)).ToList();
        return Cut(lines, count, s => s.Job.Number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What happened by the hour, from one to another, both included; hours in which nothing happened are left out.</summary>
    /// <param name="first">Hours since 1970.</param>
    /// <param name="last">Hours since 1970.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<HourRow>> HoursAsync(long first, long last, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        return await context.Hours.Where(h => h.Hour >= first && h.Hour <= last).OrderBy(h => h.Hour).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What happened by stretches of hours, each as if it were one hour; those in which nothing happened are left out.</summary>
    /// <param name="first">The first hour of the first stretch, in hours since 1970.</param>
    /// <param name="last">The last hour, in hours since 1970.</param>
    /// <param name="length">How many hours a stretch has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<HourRow>> StretchesAsync(long first, long last, int length, CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var stretches = await context.Hours.Where(h => h.Hour >= first && h.Hour <= last).GroupBy(h => (h.Hour - first) / length).Select(g => new HourRow
        {
            Hour = first + (g.Key * length),
            Posted = g.Sum(h => h.Posted),
            Judged = g.Sum(h => h.Judged),
            Disputed = g.Sum(h => h.Disputed),
            Tasks = g.Sum(h => h.Tasks),
            Executions = g.Sum(h => h.Executions),
            Volume = g.Sum(h => h.Volume),
            WorkSeconds = g.Sum(h => h.WorkSeconds),
            WorkVolume = g.Sum(h => h.WorkVolume),
            QueueSeconds = g.Sum(h => h.QueueSeconds),
            Started = g.Sum(h => h.Started),
        }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. stretches.OrderBy(h => h.Hour)];
    }

    /// <summary>The market's numbers since its beginning.</summary>
    public async Task<MarketTotals> TotalsAsync(CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var jobs = await context.Jobs.MaxAsync(j => (long?)j.Number, cancellationToken).ConfigureAwait(false) ?? 0;
        var hours = await context.Hours.GroupBy(_ => 1).Select(g => new { Judged = g.Sum(h => (long)h.Judged), Volume = g.Sum(h => h.Volume), Tasks = g.Sum(h => h.Tasks) })
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        // Both roles are named, since the index of stakes begins with the role: stakes that fraud cost everything stay in the table for ever.
        var stakes = await context.Stakes.Where(s => (s.Role == StakeRole.Provider || s.Role == StakeRole.Verifier) && s.Amount > 0 && !s.Slashed).GroupBy(s => s.Role).Select(g => new { g.Key, Count = g.Count(), Amount = g.Sum(s => s.Amount) })
            .ToDictionaryAsync(g => g.Key, cancellationToken).ConfigureAwait(false);
        var (providers, verifiers) = (stakes.GetValueOrDefault(StakeRole.Provider), stakes.GetValueOrDefault(StakeRole.Verifier));
        return new MarketTotals(
            jobs, hours?.Judged ?? 0, hours?.Tasks ?? 0, hours?.Volume ?? 0, providers?.Count ?? 0, verifiers?.Count ?? 0, providers?.Amount ?? 0, verifiers?.Amount ?? 0);
    }

    /// <summary>What an id, an address or a number names: jobs first, then stakes.</summary>
    /// <param name="text">A job's id or its beginning of 6 digits or more, a bundle's or model's, an address, or a stake's number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<SearchHit>> SearchAsync(string text, CancellationToken cancellationToken)
    {
        const int Most = 20;
        ArgumentNullException.ThrowIfNull(text);
        var wanted = text.Trim().ToLowerInvariant();
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        if (long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return await context.Stakes.Where(s => s.Id == number).Select(s => new SearchHit(HitKind.Stake, s.Id.ToString())).ToListAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!wanted.StartsWith("0x", StringComparison.Ordinal) || wanted.Length is < 8 or > 66 || !wanted.Skip(2).All(char.IsAsciiHexDigit))
        {
            return [];
        }

        // A range finds beginnings by the index, which LIKE does not in every database.
        var end = wanted + "g";
        var jobs = await context.Jobs.Where(j => string.Compare(j.Id, wanted) >= 0 && string.Compare(j.Id, end) < 0).OrderBy(j => j.Id).Take(Most)
            .Select(j => new SearchHit(HitKind.Job, j.Id)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var stakes = await context.Stakes.Where(s => s.Owner == wanted || s.NodeKey == wanted).OrderBy(s => s.Id).Take(Most)
            .Select(s => new SearchHit(HitKind.Stake, s.Id.ToString())).ToListAsync(cancellationToken).ConfigureAwait(false);
        var requester = await context.Jobs.AnyAsync(j => j.Requester == wanted, cancellationToken).ConfigureAwait(false);
        var bundle = await context.Jobs.AnyAsync(j => j.Bundle == wanted, cancellationToken).ConfigureAwait(false);
        var model = await context.Jobs.AnyAsync(j => j.Model == wanted, cancellationToken).ConfigureAwait(false);
        (bool Is, HitKind Kind)[] more = [(requester, HitKind.Requester), (bundle, HitKind.Bundle), (model, HitKind.Model)];
        return [.. jobs, .. stakes, .. more.Where(m => m.Is).Select(m => new SearchHit(m.Kind, wanted))];
    }

    private static Page<T> Cut<T>(List<T> found, int count, Func<T, string> cursor)
    {
        count = Bounded(count);
        return found.Count <= count ? new Page<T>(found, null) : new Page<T>(found.GetRange(0, count), cursor(found[count - 1]));
    }

    private static int Bounded(int count) => Math.Clamp(count, 1, MostItems);

    private static long Before(string? cursor) => cursor is null ? long.MaxValue : Number(cursor);

    private static long Number(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw BadCursor(cursor);

    private static IndexException BadCursor(string cursor) => new($"'{(cursor.Length > 40 ? cursor[..40] + "…" : cursor)}' is no cursor; expected the 'next' of an earlier answer.");
}
