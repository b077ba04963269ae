using Market.Protocol.Money;
using Market.Web.Components.Shared;

namespace Market.Web.Wallets;

/// <summary>Amounts as people type them.</summary>
internal static class TokenAmount
{
    /// <summary>Reads an amount above zero; null with the reason if it is none, or more than there is.</summary>
    public static Units? Read(string? text, Units most, string where, out string? trouble)
    {
        trouble = !Units.TryParse(text?.Trim(), null, out var amount) || amount.Value == 0 ? $"'{Shown.Cut(text ?? "", 30)}' is no amount; expected tokens such as 12.5."
            : amount > most ? $"{amount} tokens are more than {where}: {most}."
            : null;
        return trouble is null ? amount : null;
    }
}
