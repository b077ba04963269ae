using Market.Chain;
using Market.Chain.State;
using Market.Ethereum.Logs;
using Market.Index.Rows;
using Market.Index.Storage;
using Market.Protocol.Ids;
using Microsoft.EntityFrameworkCore;

namespace Market.Index.Writing;

/// <summary>Brings the tables to a state, whole or not at all.</summary>
internal sealed class IndexTables(IndexStore store, Deployment deployment)
{
    /// <summary>From where to go on: the saved state, or nothing on an index that is new.</summary>
    /// <exception cref="IndexException">It is another market's index.</exception>
    public async Task<SavedState> LoadAsync(CancellationToken cancellationToken)
    {
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        if (await context.Checkpoints.SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is not { } checkpoint)
        {
            return new SavedState(MarketState.Empty, []);
        }

        return checkpoint.ChainId == (long)deployment.ChainId && checkpoint.Market == Contract
            ? Documents.ReadState(checkpoint.Saved)
            : throw new IndexException($"The index at {store.Name} is of the market {checkpoint.Market} on chain {checkpoint.ChainId}, expected {Contract} on chain {deployment.ChainId}. Name another place, or remove it.");
    }

    /// <summary>Writes what changed between two states.</summary>
    /// <param name="changes">What.</param>
    /// <param name="after">The newer state.</param>
    /// <param name="cursor">Where to follow from if the state is to be saved too, else null.</param>
    /// <param name="cancellationToken">Leaves the tables as they were.</param>
    public Task WriteAsync(StateChanges changes, MarketState after, LogCursor? cursor, CancellationToken cancellationToken) => store.WriteAsync(async context =>
    {
        // A job's document takes longer to pack than its row to write.
        var rows = changes.Jobs.AsParallel().AsOrdered().Select(j => j.ToRow(changes.Block)).ToList();
        var before = await ModelTotals.CountedAsync(context, rows, cancellationToken).ConfigureAwait(false);
        await WriteAsync(context, before, rows, changes.Jobs, changes.Stakes, cancellationToken).ConfigureAwait(false);
        await HourTotals.RefreshAsync(context, rows.SelectMany(HourTotals.Of), cancellationToken).ConfigureAwait(false);
        await CheckAsync(context, after, cursor, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Undoes what happened after the block of a state.</summary>
    public Task RewindAsync(MarketState state, LogCursor cursor, CancellationToken cancellationToken) => store.WriteAsync(async context =>
    {
        var block = (long)state.Block;
        var touched = await context.Jobs.Where(j => j.ChangedBlock > block).ToListAsync(cancellationToken).ConfigureAwait(false);
        var stakes = await context.Stakes.Where(s => s.ChangedBlock > block).Select(s => s.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var standing = touched.Select(row => JobId.TryParse(row.Id, out var id) ? state.Job(id) : null).OfType<JobRecord>().ToList();
        var rows = standing.Select(j => j.ToRow(state.Block)).ToList();

        var gone = touched.Select(j => j.Number).Except(rows.Select(j => j.Number)).ToList();
        await context.Seats.Where(s => gone.Contains(s.Job)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await context.Jobs.Where(j => gone.Contains(j.Number)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await context.Stakes.Where(s => s.ChangedBlock > block).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        var stakeRows = stakes.Select(id => state.Stakes.GetValueOrDefault((uint)id)).OfType<StakeRecord>().Select(s => StateChanges.RowOf(state, s)).ToList();
        await WriteAsync(context, [.. touched.Where(j => j.Model is not null)], rows, standing, stakeRows, cancellationToken).ConfigureAwait(false);
        await HourTotals.RefreshAsync(context, touched.Concat(rows).SelectMany(HourTotals.Of), cancellationToken).ConfigureAwait(false);
        await CheckAsync(context, state, cursor, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    private string Contract => deployment.Market.ToString().ToLowerInvariant();

    private static async Task WriteAsync(
        IndexContext context, IReadOnlyList<JobRow> before, IReadOnlyList<JobRow> rows, IReadOnlyList<JobRecord> jobs, IReadOnlyList<StakeRow> stakes, CancellationToken cancellationToken)
    {
        rows = await ModelTotals.NamedAsync(context, rows, cancellationToken).ConfigureAwait(false);
        await ModelTotals.ReplaceAsync(context, before, rows, cancellationToken).ConfigureAwait(false);
        await Upsert.WriteAsync(context, rows, cancellationToken).ConfigureAwait(false);
        await Upsert.WriteAsync(context, [.. jobs.SelectMany(j => j.ToSeatRows())], cancellationToken).ConfigureAwait(false);
        await Upsert.WriteAsync(context, stakes, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckAsync(IndexContext context, MarketState state, LogCursor? cursor, CancellationToken cancellationToken)
    {
        var (block, time, burnt) = ((long)state.Block, (long)state.Time, RowMapping.Shown(state.Burnt));
        if (cursor is not null)
        {
            var row = new CheckpointRow
            {
                Id = 1,
                ChainId = (long)deployment.ChainId,
                Market = Contract,
                Block = block,
                Time = time,
                Burnt = burnt,
                SavedBlock = block,
                Saved = Documents.Of(new SavedState(state, [.. cursor.Points])),
            };
            await Upsert.WriteAsync(context, [row], cancellationToken).ConfigureAwait(false);
            await store.CountAsync(context, cancellationToken).ConfigureAwait(false);
            return;
        }

        await context.Checkpoints.ExecuteUpdateAsync(
            c => c.SetProperty(x => x.Block, block).SetProperty(x => x.Time, time).SetProperty(x => x.Burnt, burnt), cancellationToken).ConfigureAwait(false);
    }
}
