using System.Text.Json;
using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>Writes an id of 32 bytes as its text.</summary>
/// <typeparam name="T">The id.</typeparam>
public sealed class Bytes32IdJsonConverter<T> : JsonConverter<T>
    where T : struct, IBytes32Id<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Bytes32Id.TryParse<T>(reader.GetString(), out var id)
            ? id
            : throw new JsonException($"Expected a {typeof(T).Name}: 0x and 64 hexadecimal digits.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value.ToString());
    }
}
