using Market.Protocol.Money;
using Market.Web.Components.Shared;
using Market.Web.Languages;

namespace Market.Web.Wallets;

/// <summary>Amounts as people type them.</summary>
internal static class TokenAmount
{
    /// <summary>Reads an amount above zero; null with the reason if it is none, or more than there is.</summary>
    public static Units? Read(string? text, Units most, string where, out string? trouble)
    {
        trouble = !TryRead(text, out var amount) || amount.Value == 0 ? NoAmount(text)
            : amount > most ? T["{0} {0:token is|tokens are} more than {1}: {2}.", amount, where, most]
            : null;
        return trouble is null ? amount : null;
    }

    /// <summary>Reads an amount, which may be zero.</summary>
    public static bool TryRead(string? text, out Units amount) => Units.TryParse(Typed.Read(text).Trim(), null, out amount);

    /// <summary>What is said of a text that is none.</summary>
    public static string NoAmount(string? text) => T["'{0}' is no amount; expected tokens such as {1}.", Shown.Cut(text ?? "", 30), 12.5];
}
