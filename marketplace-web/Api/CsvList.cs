using System.Buffers;
using System.Globalization;
using System.Text;
using Market.Index.Reading;
using Market.Protocol.Money;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Market.Web.Api;

/// <summary>Lists as CSV (RFC 4180), written part by part as the index gives them.</summary>
internal static class CsvList
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    /// <param name="file">What it is called where it is saved.</param>
    /// <param name="columns">The first line.</param>
    /// <param name="part">The part of the list after a cursor.</param>
    /// <param name="line">The fields of an item.</param>
    /// <param name="stop">Gives up.</param>
    public static PushStreamHttpResult Of<T>(string file, string columns, Func<string?, Task<Page<T>>> part, Func<T, object?[]> line, CancellationToken stop) =>
        TypedResults.Stream(body => WriteAsync(body, columns, part, line, stop), "text/csv; charset=utf-8", file);

    /// <summary>A value as a field. Texts are strangers': what a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public static string Field(object? value) => value switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        Units units => units.ToUnitsText(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Text(value.ToString()!),
    };

    private static string Text(string text)
    {
        var harmless = text.Length > 0 && Formula.Contains(text[0]) ? "'" + text : text;
        return harmless.AsSpan().ContainsAny(Special) ? $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : harmless;
    }

    private static async Task WriteAsync<T>(Stream body, string columns, Func<string?, Task<Page<T>>> part, Func<T, object?[]> line, CancellationToken stop)
    {
        await using var text = new StreamWriter(body, new UTF8Encoding(false));
        await text.WriteLineAsync(columns);
        string? cursor = null;
        do
        {
            var page = await part(cursor);
            foreach (var item in page.Items)
            {
                await text.WriteLineAsync(string.Join(',', line(item).Select(Field)));
            }

            await text.FlushAsync(stop);
            cursor = page.Next;
        }
        while (cursor is not null);
    }
}
