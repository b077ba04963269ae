using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Market.Chain.State;

namespace Market.Index.Writing;

/// <summary>Records of the chain's state as bytes: JSON, compressed by Brotli.</summary>
/// <remarks>For the index's own use, which can be built anew at any time: another version of this library need not read them.</remarks>
public static class Documents
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new BigIntegers() },
    };

    /// <summary>A job as bytes.</summary>
    public static byte[] Of(JobRecord job) => Encode(job);

    /// <summary>The job that bytes hold.</summary>
    public static JobRecord ReadJob(byte[] document) => Decode<JobRecord>(document);

    internal static byte[] Of(SavedState state) => Encode(state);

    internal static SavedState ReadState(byte[] document) => Decode<SavedState>(document);

    private static byte[] Encode<T>(T value)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(brotli, value, Json);
        }

        return packed.ToArray();
    }

    private static T Decode<T>(byte[] document)
    {
        using var brotli = new BrotliStream(new MemoryStream(document), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<T>(brotli, Json) ?? throw new IndexException($"A document of the index holds no {typeof(T).Name}.");
    }

    private sealed class BigIntegers : JsonConverter<BigInteger>
    {
        public override BigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            BigInteger.Parse(reader.GetString()!, CultureInfo.InvariantCulture);

        public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}
