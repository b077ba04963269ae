using System.Collections.Concurrent;
using Market.Protocol.Money;
using Market.Web.Languages;
using Microsoft.AspNetCore.Components;

namespace Market.Web.Components.Shared;

/// <summary>
/// What people take elsewhere, each with a button that copies all of it (wwwroot/copy.js), however it is shown. Fragments and no
/// components, with one text for all buttons: tables have hundreds of them, and many look.
/// </summary>
internal static class Copyable
{
    private static readonly ConcurrentDictionary<string, MarkupString> Buttons = new();

    private static MarkupString Button => Buttons.GetOrAdd(T["Copy"], says => new($"<button type=\"button\" class=\"copy\" title=\"{says}\"></button>"));

    /// <summary>An id, an address or a root, whole; nothing if there is none.</summary>
    public static RenderFragment? Whole(object? value, string? href = null) => Of(value?.ToString(), text => text, href);

    /// <summary>The same, shown shortened.</summary>
    public static RenderFragment? Short(object? value, string? href = null) => Of(value?.ToString(), Shown.Short, href);

    /// <summary>The same, shown to so many characters.</summary>
    public static RenderFragment? Cut(string value, int most) => Of(value, text => Shown.Cut(text, most), null);

    /// <summary>A model's root, shown shortened, after its name if it has one.</summary>
    public static RenderFragment Model(string root, ModelNames names, string? href = null) => page =>
    {
        if (names.Of(root) is { } name)
        {
            page.OpenElement(0, "b");
            page.AddContent(1, T[name]);
            page.CloseElement();
            page.AddContent(2, " ");
        }

        page.AddContent(3, Short(root, href));
    };

    /// <summary>An amount. Copied as its language types it, without thousands marks, so that forms and spreadsheets take it.</summary>
    public static RenderFragment Amount(ulong units) => Amount(units, Shown.Tokens(units));

    /// <summary>An amount with its name: 1.5 tokens.</summary>
    public static RenderFragment Tokens(ulong units) => Amount(units, T["{0} {0:token|tokens}", Shown.Tokens(units)]);

    private static RenderFragment? Of(string? value, Func<string, string> show, string? href) => string.IsNullOrEmpty(value) ? null : page =>
    {
        var shown = show(value);
        page.OpenElement(0, href is null ? "span" : "a");
        page.AddAttribute(1, "class", "mono");
        page.AddAttribute(2, "href", href);
        page.AddAttribute(3, "title", shown == value ? null : value);
        page.AddContent(4, shown);
        page.CloseElement();
        page.AddContent(5, Button);
    };

    private static RenderFragment Amount(ulong units, string says) => page =>
    {
        page.OpenElement(0, "data");
        page.AddAttribute(1, "value", Typed.Show(new Units(units).ToString()));
        page.AddContent(2, says);
        page.CloseElement();
        page.AddContent(3, Button);
    };
}
