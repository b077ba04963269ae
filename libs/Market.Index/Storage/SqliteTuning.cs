using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Market.Index.Storage;

/// <summary>
/// Keeps the upper pages of the tables' indexes in memory, whose keys are hashes and so lie anywhere. An index can be built anew, so
/// that a power cut may cost its last commits: the file stays whole.
/// </summary>
internal sealed class SqliteTuning : DbConnectionInterceptor
{
    private const string Settings = "PRAGMA cache_size = -65536; PRAGMA synchronous = NORMAL;";

    public static SqliteTuning Instance { get; } = new();

    /// <inheritdoc/>
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Settings;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.CommandText = Settings;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
