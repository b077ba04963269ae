using System.Text.Json;
using System.Text.Json.Serialization;

namespace Market.Ethereum;

/// <summary>Reads and writes a value as its hexadecimal text in JSON, also as a property name.</summary>
/// <typeparam name="T">The value.</typeparam>
public sealed class HexValueConverter<T> : JsonConverter<T>
    where T : struct, IHexValue<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && T.TryParse(reader.GetString(), out T value) ? value
            : throw new JsonException($"Expected the hexadecimal text of a {typeof(T).Name}.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.TryParse(reader.GetString(), out T value) ? value : throw new JsonException($"Expected the hexadecimal text of a {typeof(T).Name}.");

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString()!);
}
