using System.Text.Json;
using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>Writes an id of 32 bytes as its text, also as a property name.</summary>
/// <typeparam name="T">The id.</typeparam>
public sealed class Bytes32IdJsonConverter<T> : JsonConverter<T>
    where T : struct, IBytes32Id<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()) : throw Unexpected();

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value.ToString());
    }

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(value.Value.ToString());
    }

    private static T Parse(string? text) => Bytes32Id.TryParse<T>(text, out var id) ? id : throw Unexpected();

    private static JsonException Unexpected() => new($"Expected a {typeof(T).Name}: 0x and 64 hexadecimal digits.");
}
