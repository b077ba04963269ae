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
        trouble = !Units.TryParse(Typed.Read(text).Trim(), null, out var amount) || amount.Value == 0 ? T["'{0}' is no amount; expected tokens such as {1}.", Shown.Cut(text ?? "", 30), 12.5]
            : amount > most ? T["{0} {0:token is|tokens are} more than {1}: {2}.", amount, where, most]
            : null;
        return trouble is null ? amount : null;
    }
}
