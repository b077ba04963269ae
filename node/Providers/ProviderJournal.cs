using System.Globalization;
using Market.Chain;
using Market.Ethereum;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Providers;
using Microsoft.Data.Sqlite;

namespace Market.Node.Providers;

/// <summary>What a provider must not forget: its result and salt before the commitment is sent, why it refused jobs, and what its owner set.</summary>
/// <remarks>A row is on disk when the call returns, so that after a crash at any moment the same result is committed and opened.</remarks>
public sealed class ProviderJournal : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _lock = new();

    private ProviderJournal(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens or creates a journal.</summary>
    public static ProviderJournal Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        var journal = new ProviderJournal(connection);
        journal.Execute(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS results (
                job TEXT NOT NULL, seat INTEGER NOT NULL, attempt INTEGER NOT NULL, class BLOB NOT NULL, salt BLOB NOT NULL, manifest BLOB NOT NULL,
                PRIMARY KEY (job, seat, attempt)) STRICT;
            CREATE TABLE IF NOT EXISTS refusals (job TEXT PRIMARY KEY, reason TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
            CREATE TABLE IF NOT EXISTS owner_settings (only INTEGER PRIMARY KEY, signed_at TEXT NOT NULL, least_reward TEXT NOT NULL) STRICT;
            DELETE FROM results WHERE rowid NOT IN (SELECT rowid FROM results ORDER BY rowid DESC LIMIT 1000);
            DELETE FROM refusals WHERE rowid NOT IN (SELECT rowid FROM refusals ORDER BY rowid DESC LIMIT 10000);
            """);
        return journal;
    }

    /// <summary>Keeps a result; the first one of a claim stays, whatever is computed later.</summary>
    public void Keep(JobId job, int seat, uint attempt, JournaledResult result) => Execute(
        "INSERT INTO results VALUES ($job, $seat, $attempt, $class, $salt, $manifest) ON CONFLICT DO NOTHING",
        ("$job", job.ToString()), ("$seat", seat), ("$attempt", attempt), ("$class", result.Class.ToArray()), ("$salt", result.Salt.ToArray()),
        ("$manifest", result.Manifest));

    /// <summary>The result of a claim, or null.</summary>
    public JournaledResult? Find(JobId job, int seat, uint attempt)
    {
        lock (_lock)
        {
            using var command = Command(
                "SELECT class, salt, manifest FROM results WHERE job = $job AND seat = $seat AND attempt = $attempt",
                ("$job", job.ToString()), ("$seat", seat), ("$attempt", attempt));
            using var reader = command.ExecuteReader();
            return reader.Read()
                ? new JournaledResult(new Hash256((byte[])reader[0]), new Hash256((byte[])reader[1]), (byte[])reader[2])
                : null;
        }
    }

    /// <summary>Notes why a job was not taken.</summary>
    public void Note(JobId job, Refusal refusal) => Execute(
        "INSERT INTO refusals VALUES ($job, $reason, $detail) ON CONFLICT DO UPDATE SET reason = $reason, detail = $detail",
        ("$job", job.ToString()), ("$reason", refusal.Reason.ToString()), ("$detail", refusal.Detail));

    /// <summary>The newest jobs that were not taken, and why: the reason's name and what was found and needed.</summary>
    public IReadOnlyList<(JobId Job, string Reason, string Detail)> Refusals(int count)
    {
        lock (_lock)
        {
            using var command = Command("SELECT job, reason, detail FROM refusals ORDER BY rowid DESC LIMIT $count", ("$count", count));
            using var reader = command.ExecuteReader();
            var found = new List<(JobId, string, string)>();
            while (reader.Read())
            {
                found.Add((JobId.Parse(reader.GetString(0)), reader.GetString(1), reader.GetString(2)));
            }

            return found;
        }
    }

    /// <summary>Of the newest jobs that were not taken, how many for each reason.</summary>
    public IReadOnlyDictionary<RefusalReason, int> RefusalCounts() => Refused(NodeStatus.MostRefusals).CountBy(r => r.Reason).ToDictionary();

    /// <summary>The newest jobs that were not taken, for whoever asks.</summary>
    public RefusedJobs NewestRefused() => new() { Version = RefusedJobs.CurrentVersion, Jobs = [.. Refused(RefusedJobs.Most)] };

    /// <summary>Keeps what the owner of the stake set.</summary>
    public void Keep(OwnerSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        Execute(
            "INSERT INTO owner_settings VALUES (0, $signed, $least) ON CONFLICT DO UPDATE SET signed_at = $signed, least_reward = $least",
            ("$signed", setting.SignedAt.ToString(CultureInfo.InvariantCulture)), ("$least", setting.LeastReward.ToString()));
    }

    /// <summary>The least reward for a seat that the owner of the stake set last, and when it was signed; nothing if none was set.</summary>
    public (Units LeastReward, ulong SignedAt) OwnerSet()
    {
        lock (_lock)
        {
            using var command = Command("SELECT least_reward, signed_at FROM owner_settings");
            using var reader = command.ExecuteReader();
            return reader.Read() ? (Units.Parse(reader.GetString(0)), ulong.Parse(reader.GetString(1), CultureInfo.InvariantCulture)) : default;
        }
    }

    /// <summary>The jobs of the newest results, with the bytes of their manifests: what may still be asked for.</summary>
    public IReadOnlyList<(JobId Job, byte[] Manifest)> Newest()
    {
        lock (_lock)
        {
            using var command = Command("SELECT job, manifest FROM results ORDER BY rowid DESC");
            using var reader = command.ExecuteReader();
            var found = new List<(JobId, byte[])>();
            while (reader.Read())
            {
                found.Add((JobId.Parse(reader.GetString(0)), (byte[])reader[1]));
            }

            return found;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private IEnumerable<RefusedJob> Refused(int count) =>
        Refusals(count).SelectMany(r => Enum.TryParse<RefusalReason>(r.Reason, out var reason) ? [new RefusedJob(r.Job, reason)] : Array.Empty<RefusedJob>());

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        try
        {
            lock (_lock)
            {
                using var command = Command(sql, values);
                command.ExecuteNonQuery();
            }
        }
        catch (SqliteException e)
        {
            throw new IOException($"Journal '{_connection.DataSource}' cannot be written: {e.Message}", e);
        }
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = _connection.CreateCommand();
        // Every statement is a literal of this file; values travel as parameters.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
