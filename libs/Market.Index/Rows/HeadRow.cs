namespace Market.Index.Rows;

/// <summary>What the head of jobs says of their model. Named by its content, so that no reorganization makes it wrong.</summary>
public sealed record HeadRow
{
    /// <summary>SHA-256 of the head: what a job calls its bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>The model's root; nothing if the head names none, or is no head.</summary>
    public required string Model { get; init; }
}
