namespace Market.Protocol.Canonical;

/// <summary>One thing that is wrong with a document.</summary>
/// <param name="Path">Where, as the path of members; empty for the whole.</param>
/// <param name="Message">What was found and what was expected.</param>
public sealed record Finding(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
