using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;

namespace Market.Protocol.Canonical;

/// <summary>The one byte sequence of a document: what is hashed, signed and stored.</summary>
/// <remarks>
/// RFC 8785 restricted to what needs no floating point: UTF-8 without byte order mark, no white space, members sorted by
/// UTF-16 code units, strings escaped only where JSON demands it, numbers whole and at most 2⁵³−1 in size. Members without
/// value are left out. A reader takes only bytes that are exactly the encoding of what they say, so a document has one digest.
/// </remarks>
public static class CanonicalJson
{
    private const long LargestNumber = (1L << 53) - 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 8,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The canonical bytes of a document.</summary>
    /// <exception cref="ArgumentException">A number is not whole or too large, or a string is no Unicode text.</exception>
    public static byte[] Encode<T>(T document)
    {
        var element = JsonSerializer.SerializeToElement(document, Options);
        var output = new ArrayBufferWriter<byte>();
        Write(element, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads canonical bytes and checks the document against its rules.</summary>
    /// <param name="bytes">The bytes as stored or received.</param>
    /// <param name="limit">The most bytes such a document may have.</param>
    /// <param name="rules">What a sound document obeys.</param>
    public static Reading<T> Decode<T>(ReadOnlySpan<byte> bytes, int limit, IValidator<T> rules)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (bytes.Length > limit)
        {
            return Reading<T>.Refused("", $"The document has {bytes.Length} bytes, at most {limit} are allowed.");
        }

        T? document;
        try
        {
            document = JsonSerializer.Deserialize<T>(bytes, Options);
        }
        catch (JsonException exception)
        {
            return Reading<T>.Refused(exception.Path ?? "", exception.Message);
        }

        if (document is null)
        {
            return Reading<T>.Refused("", "The document is null, expected an object.");
        }

        var findings = rules.Validate(document).Errors.Select(error => new Finding(error.PropertyName, error.ErrorMessage)).ToList();
        if (findings.Count == 0 && !IsCanonical(document, bytes))
        {
            findings.Add(new Finding("", "The bytes are not the canonical encoding of the document."));
        }

        return new Reading<T>(findings.Count == 0 ? document : null, findings);
    }

    private static bool IsCanonical<T>(T document, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return bytes.SequenceEqual(Encode(document));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Write(JsonElement element, ArrayBufferWriter<byte> output)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal);
                WriteList("{", members, "}", output, member =>
                {
                    WriteString(member.Name, output);
                    output.Write(":"u8);
                    Write(member.Value, output);
                });
                break;
            case JsonValueKind.Array:
                WriteList("[", element.EnumerateArray(), "]", output, item => Write(item, output));
                break;
            case JsonValueKind.String:
                WriteString(element.GetString()!, output);
                break;
            case JsonValueKind.Number:
                WriteNumber(element, output);
                break;
            default:
                output.Write(Encoding.UTF8.GetBytes(element.GetRawText()));
                break;
        }
    }

    private static void WriteList<T>(string open, IEnumerable<T> items, string close, ArrayBufferWriter<byte> output, Action<T> write)
    {
        output.Write(Encoding.UTF8.GetBytes(open));
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                output.Write(","u8);
            }

            write(item);
            first = false;
        }

        output.Write(Encoding.UTF8.GetBytes(close));
    }

    private static void WriteNumber(JsonElement element, ArrayBufferWriter<byte> output)
    {
        if (!element.TryGetInt64(out var number) || number is < -LargestNumber or > LargestNumber)
        {
            throw new ArgumentException($"Number {element.GetRawText()} is not whole or exceeds {LargestNumber}.");
        }

        output.Write(Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
    }

    private static void WriteString(string text, ArrayBufferWriter<byte> output)
    {
        var escaped = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\b' => escaped.Append("\\b"),
                '\t' => escaped.Append("\\t"),
                '\n' => escaped.Append("\\n"),
                '\f' => escaped.Append("\\f"),
                '\r' => escaped.Append("\\r"),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => escaped.Append(character),
            };
        }

        output.Write(StrictUtf8.GetBytes(escaped.Append('"').ToString()));
    }

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
}
