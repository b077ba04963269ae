using System.Data.Common;
using System.Text;
using Market.Index.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Market.Index.Writing;

/// <summary>Writes rows, new ones and others, many with one statement: SQLite and PostgreSQL understand the same.</summary>
internal static class Upsert
{
    // SQLite looks for each parameter's name among all of the statement's: many rows in one statement cost their square.
    private const int RowsAtOnce = 16;

    /// <summary>Writes rows within the session's transaction.</summary>
    public static async Task WriteAsync<T>(IndexContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class
    {
        var columns = context.Model.FindEntityType(typeof(T))!.GetProperties().Select(p => new Column(p)).ToList();
        var whole = rows.Count / RowsAtOnce * RowsAtOnce;
        await WriteAsync(context, columns, rows.Take(whole).Chunk(RowsAtOnce), RowsAtOnce, cancellationToken).ConfigureAwait(false);
        await WriteAsync(context, columns, rows.Skip(whole).Chunk(RowsAtOnce), rows.Count - whole, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes chunks of one size by one command, which is understood once.</summary>
    private static async Task WriteAsync<T>(IndexContext context, List<Column> columns, IEnumerable<T[]> chunks, int size, CancellationToken cancellationToken)
        where T : class
    {
        var command = Command<T>(context, columns, size);
        await using var _ = command.ConfigureAwait(false);
        foreach (var chunk in chunks)
        {
            for (var i = 0; i < command.Parameters.Count; i++)
            {
                command.Parameters[i].Value = columns[i % columns.Count].Of(chunk[i / columns.Count]);
            }

            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A command for so many rows; one that is prepared once writes many chunks.</summary>
    private static DbCommand Command<T>(IndexContext context, List<Column> columns, int rows)
    {
        var command = context.Database.GetDbConnection().CreateCommand();
        command.Transaction = context.Database.CurrentTransaction!.GetDbTransaction();
        command.CommandText = Statement<T>(context, columns, rows);
        for (var i = 0; i < rows * columns.Count; i++)
        {
            command.Parameters.Add(columns[i % columns.Count].Parameter(command, Name(i / columns.Count, i % columns.Count)));
        }

        return command;
    }

    private static string Statement<T>(IndexContext context, List<Column> columns, int count)
    {
        var table = context.Model.FindEntityType(typeof(T))!;
        var names = columns.Select(c => $"\"{c.Name}\"").ToList();
        var key = table.FindPrimaryKey()!.Properties.Select(p => $"\"{p.GetColumnName()}\"").ToList();
        var text = new StringBuilder($"INSERT INTO \"{table.GetTableName()}\" ({string.Join(", ", names)}) VALUES ");
        text.AppendJoin(", ", Enumerable.Range(0, count).Select(row => $"({string.Join(", ", columns.Select((_, i) => Name(row, i)))})"));
        text.Append($" ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET ");
        return text.AppendJoin(", ", names.Except(key).Select(n => $"{n} = excluded.{n}")).ToString();
    }

    private static string Name(int row, int column) => $"@p{row}_{column}";

    /// <summary>A column, and how a row's value is written into it.</summary>
    private sealed class Column(IProperty property)
    {
        private readonly RelationalTypeMapping _mapping = property.GetRelationalTypeMapping();
        private readonly IClrPropertyGetter _getter = property.GetGetter();

        public string Name { get; } = property.GetColumnName();

        public DbParameter Parameter(DbCommand command, string name) => _mapping.CreateParameter(command, name, null, property.IsNullable);

        public object Of(object row) => _getter.GetClrValue(row) is not { } value ? DBNull.Value : _mapping.Converter?.ConvertToProvider(value) ?? value;
    }
}
