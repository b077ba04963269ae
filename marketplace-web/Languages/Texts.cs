using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Market.Protocol.Money;
using Market.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Market.Web.Languages;

/// <summary>What the pages say in one language: <c>T["{0} {0:token leaves|tokens leave} your wallet.", amount]</c>. The English text is its name.</summary>
/// <remarks>
/// It follows the UI culture, as numbers and dates do, and is no service: words are needed where nothing is injected. <c>{0:token|tokens}</c>
/// is the first where 1 stands in place of {0}, as it is shown, else the second: English and German have these two forms.
/// </remarks>
/// <param name="culture">How numbers in them are written.</param>
/// <param name="entries">The texts by their English ones; what is missing is shown in English.</param>
internal sealed class Texts(CultureInfo culture, FrozenDictionary<string, string> entries)
{
    /// <summary>Those of whoever asks.</summary>
    public static Texts T => Language.Now.Texts;

    /// <summary>All of them by their English ones; none in English.</summary>
    public FrozenDictionary<string, string> Entries => entries;

    /// <summary>A text in which what varies stands in place of {0}, {1}, …</summary>
    public string this[string english, params object?[] with] => Fill(english, with, Say);

    /// <summary>The same with elements in it. What varies is text, never markup.</summary>
    public MarkupString Html(string english, params object?[] with) => new(Fill(english, with, value => WebUtility.HtmlEncode(Say(value))));

    private string Fill(string english, object?[] with, Func<object?, string?> say)
    {
        var text = entries.GetValueOrDefault(english, english);
        return with.Length == 0 ? text : string.Format(culture, text, [.. with.Select(value => new Filling(say(value)))]);
    }

    private string? Say(object? value) => value switch
    {
        Units amount => Shown.Tokens(amount),
        IFormattable number => number.ToString(null, culture),
        _ => value?.ToString(),
    };

    /// <summary>What stands in a place, and chooses the words that go with it.</summary>
    private sealed record Filling(string? Text) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? formatProvider) => format?.Split('|') is [var one, var other] ? Text == "1" ? one : other : Text ?? "";
    }
}
