namespace Market.Index.Rows;

/// <summary>Whose index it is and how far it has come: one row.</summary>
public sealed record CheckpointRow
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    /// <summary>The chain.</summary>
    public required long ChainId { get; init; }

    /// <summary>The market's contract, in lower case.</summary>
    public required string Market { get; init; }

    /// <summary>The newest block whose events are in the rows.</summary>
    public required long Block { get; init; }

    /// <summary>That block's time, in seconds since 1970.</summary>
    public required long Time { get; init; }

    /// <summary>What penalties and slashing burnt, in units.</summary>
    public required long Burnt { get; init; }

    /// <summary>The block of the saved state, from which a writer goes on; at most <see cref="Block"/>.</summary>
    public required long SavedBlock { get; init; }

    /// <summary>The saved state and where to follow from: see <see cref="Writing.Documents"/>.</summary>
    public required byte[] Saved { get; init; }
}
