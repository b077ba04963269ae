using System.Text.Json;
using System.Text.Json.Serialization;
using Market.Apps.Models;
using Market.Apps.Speech;
using Market.Apps.Text;

namespace Market.Apps;

/// <summary>What an app read from the outputs: plain data for a page to draw or a program to go on with.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ModelReport), "model")]
[JsonDerivedType(typeof(SpeechReport), "speech")]
[JsonDerivedType(typeof(TextReport), "text")]
public abstract record AppReport
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The report as JSON, in camel case, with its <c>kind</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);
}
