namespace Market.Index.Reading;

/// <summary>A part of a list, and from where it goes on.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">What this part holds.</param>
/// <param name="Next">Ask with it for what follows; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
