using System.Globalization;
using System.Text;

namespace Market.EndToEnd.Tests;

/// <summary>Writes PDF files (ISO 32000) of A4 pages with lines of text, in a font that each reader brings along.</summary>
internal static class PdfFile
{
    /// <summary>A file with a page for each array of lines.</summary>
    /// <param name="pages">Lines of letters, digits and marks other than brackets and backslashes.</param>
    /// <param name="trailer">More entries of its trailer.</param>
    public static byte[] Write(IReadOnlyList<string[]> pages, string trailer = "")
    {
        var kids = string.Join(' ', Enumerable.Range(0, pages.Count).Select(i => $"{4 + (2 * i)} 0 R"));
        List<string> objects = ["<< /Type /Catalog /Pages 2 0 R >>", $"<< /Type /Pages /Count {pages.Count} /Kids [{kids}] >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"];
        foreach (var lines in pages)
        {
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents {objects.Count + 2} 0 R >>");
            var text = $"BT /F 24 Tf 72 720 Td 60 TL {string.Concat(lines.Select(line => $"({line}) Tj T* "))}ET";
            objects.Add($"<< /Length {text.Length} >>\nstream\n{text}\nendstream");
        }

        var file = new StringBuilder("%PDF-1.4\n");
        var table = new StringBuilder($"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var (i, body) in objects.Index())
        {
            table.Append(CultureInfo.InvariantCulture, $"{file.Length:0000000000} 00000 n \n");
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{body}\nendobj\n");
        }

        return Encoding.ASCII.GetBytes($"{file}{table}trailer << /Size {objects.Count + 1} /Root 1 0 R {trailer} >>\nstartxref\n{file.Length}\n%%EOF\n");
    }

    /// <summary>A file that opens only with a password, which nobody knows.</summary>
    public static byte[] WriteLocked() =>
        Write([["locked"]], $"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ({new string('o', 32)}) /U ({new string('u', 32)}) >>");
}
