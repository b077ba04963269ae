using System.Data.Common;
using Market.Index.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Market.Index.Writing;

/// <summary>Writes rows, new ones and others, many with one statement.</summary>
internal static class Upsert
{
    // SQLite looks for each parameter's name among all of the statement's: many rows in one statement cost their square.
    private const int RowsAtOnce = 16;

    // To PostgreSQL a column goes as one array, so that a statement has as many parameters as there are columns, and one way there and back.
    private const int RowsInArrays = 2000;

    /// <summary>Writes rows within the session's transaction.</summary>
    public static async Task WriteAsync<T>(IndexContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class
    {
        var columns = context.Model.FindEntityType(typeof(T))!.GetProperties().Select(p => new Column(p)).ToList();
        if (context is PostgresIndex)
        {
            await WriteArraysAsync(context, columns, rows, cancellationToken).ConfigureAwait(false);
            return;
        }

        var whole = rows.Count / RowsAtOnce * RowsAtOnce;
        await WriteAsync(context, columns, rows.Take(whole).Chunk(RowsAtOnce), RowsAtOnce, cancellationToken).ConfigureAwait(false);
        await WriteAsync(context, columns, rows.Skip(whole).Chunk(RowsAtOnce), rows.Count - whole, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteArraysAsync<T>(IndexContext context, List<Column> columns, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class
    {
        var source = $"SELECT * FROM unnest({string.Join(", ", columns.Select((_, i) => Name(0, i)))})";
        foreach (var chunk in rows.Chunk(RowsInArrays))
        {
            var command = NewCommand(context, Statement<T>(context, columns, source));
            await using var _ = command.ConfigureAwait(false);
            for (var i = 0; i < columns.Count; i++)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (Name(0, i), columns[i].ArrayOf(chunk));
                command.Parameters.Add(parameter);
            }

            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
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
        var values = Enumerable.Range(0, rows).Select(row => $"({string.Join(", ", columns.Select((_, i) => Name(row, i)))})");
        var command = NewCommand(context, Statement<T>(context, columns, "VALUES " + string.Join(", ", values)));
        for (var i = 0; i < rows * columns.Count; i++)
        {
            command.Parameters.Add(columns[i % columns.Count].Parameter(command, Name(i / columns.Count, i % columns.Count)));
        }

        return command;
    }

    private static DbCommand NewCommand(IndexContext context, string text)
    {
        var command = context.Database.GetDbConnection().CreateCommand();
        (command.Transaction, command.CommandText) = (context.Database.CurrentTransaction!.GetDbTransaction(), text);
        return command;
    }

    /// <summary>Inserts what a source gives; a row that is there already is overwritten.</summary>
    private static string Statement<T>(IndexContext context, List<Column> columns, string source)
    {
        var table = context.Model.FindEntityType(typeof(T))!;
        var names = columns.Select(c => $"\"{c.Name}\"").ToList();
        var key = table.FindPrimaryKey()!.Properties.Select(p => $"\"{p.GetColumnName()}\"").ToList();
        var changes = names.Except(key).Select(n => $"{n} = excluded.{n}");
        return $"INSERT INTO \"{table.GetTableName()}\" ({string.Join(", ", names)}) {source} ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET {string.Join(", ", changes)}";
    }

    private static string Name(int row, int column) => $"@p{row}_{column}";

    /// <summary>A column, and how a row's value is written into it.</summary>
    private sealed class Column(IProperty property)
    {
        private readonly RelationalTypeMapping _mapping = property.GetRelationalTypeMapping();
        private readonly IClrPropertyGetter _getter = property.GetGetter();

        public string Name { get; } = property.GetColumnName();

        public DbParameter Parameter(DbCommand command, string name) => _mapping.CreateParameter(command, name, null, property.IsNullable);

        /// <summary>The values of many rows.</summary>
        public Array ArrayOf<T>(T[] rows)
            where T : class
        {
            var type = _mapping.Converter?.ProviderClrType ?? property.ClrType;
            var values = Array.CreateInstance(property.IsNullable && type.IsValueType && Nullable.GetUnderlyingType(type) is null ? typeof(Nullable<>).MakeGenericType(type) : type, rows.Length);
            for (var i = 0; i < rows.Length; i++)
            {
                values.SetValue(Of(rows[i]) is var value and not DBNull ? value : null, i);
            }

            return values;
        }

        public object Of(object row) => _getter.GetClrValue(row) is not { } value ? DBNull.Value : _mapping.Converter?.ConvertToProvider(value) ?? value;
    }
}
