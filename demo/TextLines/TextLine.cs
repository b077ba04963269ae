namespace Market.Demo.TextLines;

/// <summary>One picture of a line of text, with the text that it shows where that is known.</summary>
/// <param name="Name">The file's name, or a number for a line that was drawn here.</param>
/// <param name="Truth">The text, or null for somebody's own picture without a text file beside it.</param>
/// <param name="Png">The picture, encoded.</param>
internal sealed record TextLine(string Name, string? Truth, byte[] Png);
