namespace Market.Ethereum.Abi;

/// <summary>A named value of a function, event, error or tuple.</summary>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Type">Its type.</param>
/// <param name="Indexed">Whether it is a topic of an event.</param>
public sealed record AbiParameter(string Name, AbiType Type, bool Indexed = false);
