namespace Market.Index.Rows;

/// <summary>How much a model was used, counted over the jobs whose heads name it.</summary>
/// <remarks>Amounts are in units.</remarks>
public sealed record ModelRow
{
    /// <summary>The model's root; nothing for the jobs whose heads name none.</summary>
    public required string Model { get; init; }

    /// <summary>Jobs posted.</summary>
    public required long Jobs { get; init; }

    /// <summary>Jobs with a verdict.</summary>
    public required long Judged { get; init; }

    /// <summary>Jobs whose verdict was contested.</summary>
    public required long Disputed { get; init; }

    /// <summary>Tasks of the jobs judged.</summary>
    public required long Tasks { get; init; }

    /// <summary>Tasks that were executed and paid: each once for every accepted replica of its job.</summary>
    public required long Executions { get; init; }

    /// <summary>What providers were paid.</summary>
    public required long Volume { get; init; }

    /// <summary>How long providers worked at most, over all accepted seats of which the chain tells it: <see cref="SeatRow.WorkSeconds"/>.</summary>
    public required long WorkSeconds { get; init; }

    /// <summary>What they were paid for these seats.</summary>
    public required long WorkVolume { get; init; }
}
