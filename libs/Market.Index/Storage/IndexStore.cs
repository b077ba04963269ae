using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Market.Index.Storage;

/// <summary>Where an index is kept: a file of SQLite, or a database of PostgreSQL that several web servers share.</summary>
public sealed class IndexStore
{
    private static readonly string[] PostgresSchemes = ["postgres://", "postgresql://"];
    // SQLITE_CORRUPT and SQLITE_NOTADB (https://www.sqlite.org/rescode.html).
    private const int Damaged = 11, NoDatabase = 26;
    private readonly Func<IndexContext> _open;

    private IndexStore(string name, bool isShared, Func<IndexContext> open)
    {
        (Name, IsShared, _open) = (name, isShared, open);
    }

    /// <summary>Where, for people; without password.</summary>
    public string Name { get; }

    /// <summary>Whether other programs may use it at the same time.</summary>
    public bool IsShared { get; }

    private SemaphoreSlim Turns { get; } = new(1);

    /// <summary>Reads a place: <c>postgres://USER:PASSWORD@HOST/DATABASE</c>, or else the path of a file.</summary>
    /// <exception cref="IndexException">It is no such address.</exception>
    public static IndexStore At(string place)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(place);
        return PostgresSchemes.Any(scheme => place.StartsWith(scheme, StringComparison.Ordinal)) ? Postgres(place) : Sqlite(place);
    }

    /// <summary>Opens a session; dispose of it.</summary>
    public IndexContext Open() => _open();

    /// <summary>Creates the tables, or brings those of an older version up to date.</summary>
    /// <exception cref="IndexException">The place cannot be opened, or holds something else.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var context = Open();
            await using var _ = context.ConfigureAwait(false);
            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            if (context is SqliteIndex)
            {
                await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DbException e)
        {
            throw new IndexException(WhyClosed(e), e);
        }
    }

    /// <summary>Begins anew: forgets everything that the chain will tell again, and a damaged file altogether.</summary>
    /// <exception cref="IndexException">The place cannot be opened or written, or holds something else: that stays.</exception>
    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MigrateAsync(cancellationToken).ConfigureAwait(false);
            await ClearAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IndexException e) when (e.InnerException is SqliteException { SqliteErrorCode: Damaged })
        {
            SqliteConnection.ClearAllPools();
            foreach (var ending in (string[])["", "-wal", "-shm"])
            {
                File.Delete(Name + ending);
            }

            await MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes, whole or not at all, one after the other: what is counted from rows must not change meanwhile.</summary>
    internal async Task WriteAsync(Func<IndexContext, Task> write, CancellationToken cancellationToken)
    {
        await Turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var context = Open();
            await using var _ = context.ConfigureAwait(false);
            var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = transaction.ConfigureAwait(false);
            await write(context).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Turns.Release();
        }
    }

    /// <summary>Forgets everything that the chain will tell again.</summary>
    /// <exception cref="IndexException">The place cannot be written.</exception>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(async context =>
            {
                await context.Seats.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                await context.Jobs.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                await context.Stakes.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                await context.Hours.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                // What heads say stays: the chain does not tell it, and no reorganization makes it wrong.
                await context.Models.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                await context.Checkpoints.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw new IndexException($"The index at {Name} cannot be cleared: {e.Message}", e);
        }
    }

    /// <summary>
    /// Lets SQLite count how rows are spread, if they are many more than before: without that it may look for one requester's jobs among
    /// all that are final. PostgreSQL counts by itself.
    /// </summary>
    internal async Task CountAsync(IndexContext context, CancellationToken cancellationToken)
    {
        if (!IsShared)
        {
            await context.Database.ExecuteSqlRawAsync("PRAGMA optimize = 0x10002", cancellationToken).ConfigureAwait(false);
        }
    }

    private string WhyClosed(DbException e) => e is not SqliteException { SqliteErrorCode: var code } ? $"The index at {Name} cannot be opened: {e.Message}" : code switch
    {
        Damaged => $"The index at {Name} is damaged; start once with --rebuild-index, which makes it anew from the chain.",
        NoDatabase => $"{Name} is no index; name another file with --index, or remove this one and start with --rebuild-index, which makes the index from the chain.",
        _ => $"The index at {Name} cannot be opened: {e.Message}",
    };

    private static IndexStore Sqlite(string path)
    {
        var file = Path.GetFullPath(path);
        var connection = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString();
        var options = new DbContextOptionsBuilder<SqliteIndex>().UseSqlite(connection).AddInterceptors(SqliteTuning.Instance).Options;
        return new IndexStore(file, isShared: false, () => new SqliteIndex(options));
    }

    private static IndexStore Postgres(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.AbsolutePath.Trim('/').Length == 0)
        {
            throw new IndexException("The index's address is no address of a database; expected postgres://USER:PASSWORD@HOST/DATABASE.");
        }

        var user = uri.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.IsDefaultPort || uri.Port < 0 ? NpgsqlConnection.DefaultPort : uri.Port,
            Database = uri.AbsolutePath.Trim('/'),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        }.ToString();
        var options = new DbContextOptionsBuilder<PostgresIndex>().UseNpgsql(connection).Options;
        return new IndexStore($"{uri.Host}:{uri.Port}{uri.AbsolutePath}", isShared: true, () => new PostgresIndex(options));
    }
}
