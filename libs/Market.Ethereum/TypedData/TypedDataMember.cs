namespace Market.Ethereum.TypedData;

/// <summary>A member of a structured message, of a plain type.</summary>
/// <param name="Type">Its type, such as <c>uint256</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value as text: numbers in decimal.</param>
public sealed record TypedDataMember(string Type, string Name, string Value);
