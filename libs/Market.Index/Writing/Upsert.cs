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
    // SQLite takes 32,766 parameters, PostgreSQL 65,535: tables here have at most 18 columns.
    private const int RowsAtOnce = 256;

    /// <summary>Writes rows within the session's transaction.</summary>
    public static async Task WriteAsync<T>(IndexContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class
    {
        var columns = context.Model.FindEntityType(typeof(T))!.GetProperties().ToList();
        var connection = context.Database.GetDbConnection();
        for (var first = 0; first < rows.Count; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, rows.Count - first);
            var command = connection.CreateCommand();
            await using var _ = command.ConfigureAwait(false);
            command.Transaction = context.Database.CurrentTransaction!.GetDbTransaction();
            command.CommandText = Statement<T>(context, columns, count);
            for (var row = 0; row < count; row++)
            {
                AddParameters(command, columns, rows[first + row], row);
            }

            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static void AddParameters(DbCommand command, List<IProperty> columns, object row, int number)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var value = columns[i].GetGetter().GetClrValue(row);
            command.Parameters.Add(columns[i].GetRelationalTypeMapping().CreateParameter(command, Name(number, i), value, columns[i].IsNullable));
        }
    }

    private static string Statement<T>(IndexContext context, List<IProperty> columns, int count)
    {
        var table = context.Model.FindEntityType(typeof(T))!;
        var names = columns.Select(c => $"\"{c.GetColumnName()}\"").ToList();
        var key = table.FindPrimaryKey()!.Properties.Select(p => $"\"{p.GetColumnName()}\"").ToList();
        var text = new StringBuilder($"INSERT INTO \"{table.GetTableName()}\" ({string.Join(", ", names)}) VALUES ");
        text.AppendJoin(", ", Enumerable.Range(0, count).Select(row => $"({string.Join(", ", columns.Select((_, i) => Name(row, i)))})"));
        text.Append($" ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET ");
        return text.AppendJoin(", ", names.Except(key).Select(n => $"{n} = excluded.{n}")).ToString();
    }

    private static string Name(int row, int column) => $"@p{row}_{column}";
}
