namespace Market.Web.Wallets;

/// <summary>A wallet that the browser has.</summary>
/// <param name="Rdns">The name by which it is asked for.</param>
/// <param name="Name">Its name for people; null if it has none.</param>
/// <param name="Icon">Its picture as a <c>data:</c> address, or null.</param>
public sealed record WalletInfo(string Rdns, string? Name, string? Icon);
