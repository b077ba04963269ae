namespace Market.Index.Rows;

/// <summary>What happened on the market in one hour.</summary>
/// <remarks>Amounts are in units.</remarks>
public sealed record HourRow
{
    /// <summary>When it began: hours since 1970.</summary>
    public required long Hour { get; init; }

    /// <summary>Jobs posted.</summary>
    public required int Posted { get; init; }

    /// <summary>Verdicts given.</summary>
    public required int Judged { get; init; }

    /// <summary>Jobs judged in it that were contested.</summary>
    public required int Disputed { get; init; }

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

    /// <summary>Seconds from post to the last claim, summed over the jobs posted that started.</summary>
    public required long QueueSeconds { get; init; }

    /// <summary>How many of the jobs posted started.</summary>
    public required int Started { get; init; }
}
