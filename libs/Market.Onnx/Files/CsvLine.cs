using System.Text;
using Market.Onnx.Tensors;

namespace Market.Onnx.Files;

/// <summary>A line of comma-separated values (RFC 4180): fields may be in double quotes, and a doubled quote within them is one.</summary>
internal static class CsvLine
{
    /// <exception cref="TensorException">A quote has no end.</exception>
    public static IReadOnlyList<string> Split(string text, int line)
    {
        if (!text.Contains('"', StringComparison.Ordinal))
        {
            return Array.ConvertAll(text.Split(','), field => field.Trim());
        }

        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append(text[++i]);
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (text[i] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(text[i]);
            }
        }

        return quoted ? throw new TensorException($"Line {line} has a quote without an end.") : [.. fields, field.ToString()];
    }
}
