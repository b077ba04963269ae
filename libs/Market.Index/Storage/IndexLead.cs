using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Market.Index.Storage;

/// <summary>The right to write an index, which one program has at a time; it ends with the program.</summary>
public sealed class IndexLead : IAsyncDisposable
{
    // Any number will do that nothing else locks on the same server.
    private const long LockNumber = 0x4d61726b65740001;
    private readonly IAsyncDisposable _held;

    private IndexLead(IAsyncDisposable held) => _held = held;

    /// <summary>Takes the right, or returns null while another program has it.</summary>
    /// <exception cref="IndexException">The place cannot be opened.</exception>
    public static async Task<IndexLead?> TryTakeAsync(IndexStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.IsShared ? await TryLockServerAsync(store, cancellationToken).ConfigureAwait(false) : TryLockFile(store.Name + ".lock");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _held.DisposeAsync();

    private static IndexLead? TryLockFile(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new IndexLead(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IndexException($"The index cannot be written: {e.Message}", e);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<IndexLead?> TryLockServerAsync(IndexStore store, CancellationToken cancellationToken)
    {
        // The lock is the session's: it lasts as long as this connection, which must not come back from a pool.
        var context = store.Open();
        await using var _ = context.ConfigureAwait(false);
        var address = new NpgsqlConnectionStringBuilder(context.Database.GetConnectionString()) { Pooling = false };
        var connection = new NpgsqlConnection(address.ToString());
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var command = connection.CreateCommand();
            await using var __ = command.ConfigureAwait(false);
            command.CommandText = $"SELECT pg_try_advisory_lock({LockNumber})";
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
            {
                return new IndexLead(connection);
            }
        }
        catch (DbException e)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new IndexException($"The index at {store.Name} cannot be opened: {e.Message}", e);
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }
}
