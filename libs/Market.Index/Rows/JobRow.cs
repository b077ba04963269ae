using Market.Protocol.Jobs;

namespace Market.Index.Rows;

/// <summary>A job: what lists are filtered and sorted by, and all of it as a document.</summary>
/// <remarks>Amounts are in units; more than 2^63 are shown as that many.</remarks>
public sealed record JobRow
{
    /// <summary>Its id: <c>0x</c> and 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>How many jobs were posted with and before it.</summary>
    public required long Number { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>Who posted it, in lower case.</summary>
    public required string Requester { get; init; }

    /// <summary>SHA-256 of its bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>The root of its model, as its head names it; nothing if it names none, null while nobody served the head.</summary>
    public string? Model { get; init; }

    /// <summary>How many tasks.</summary>
    public required int Tasks { get; init; }

    /// <summary>How many providers execute each.</summary>
    public required int Replicas { get; init; }

    /// <summary>What an accepted seat is paid.</summary>
    public required long Price { get; init; }

    /// <summary>What accepted seats were paid together, once there is a verdict.</summary>
    public required long Volume { get; init; }

    /// <summary>Tasks that were executed and paid: all, once for every accepted replica. No job is posted without a reward.</summary>
    internal long Executions => Price == 0 ? 0 : Tasks * (Volume / Price);

    /// <summary>How long providers worked at most, over all accepted seats of which the chain tells it: <see cref="SeatRow.WorkSeconds"/>.</summary>
    public required long WorkSeconds { get; init; }

    /// <summary>What they were paid for these seats.</summary>
    public required long WorkVolume { get; init; }

    /// <summary>What the verifier is paid.</summary>
    public required long VerifierFee { get; init; }

    /// <summary>Who gave the verdict; 0 for nobody.</summary>
    public required long Verifier { get; init; }

    /// <summary>Whether anybody contested the verdict.</summary>
    public required bool Disputed { get; init; }

    /// <summary>When it was posted, in seconds since 1970.</summary>
    public required long PostedAt { get; init; }

    /// <summary>When its last seat was taken, in seconds since 1970.</summary>
    public required long? StartedAt { get; init; }

    /// <summary>When the verdict came, in seconds since 1970.</summary>
    public required long? JudgedAt { get; init; }

    /// <summary>The block of its last change.</summary>
    public required long ChangedBlock { get; init; }

    /// <summary>The whole record: see <see cref="Writing.Documents"/>.</summary>
    public required byte[] Document { get; init; }
}
