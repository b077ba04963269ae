using Market.Ethereum;

namespace Market.Chain.State;

/// <summary>Something contested.</summary>
/// <param name="Challenger">Who contests it.</param>
/// <param name="Subject">A seat, or <see cref="Verifier"/>.</param>
/// <param name="Task">At which task. Of a seat that is not accepted the verdict names the task: <see cref="SeatRecord.DecidingTask"/>.</param>
public sealed record DisputePoint(Address Challenger, byte Subject, uint Task)
{
    /// <summary>The subject of a point that contests the verifier's own work.</summary>
    public const byte Verifier = 7;

    /// <summary>Until when a trace must be shown, in seconds since 1970; null where none was demanded.</summary>
    public uint? TraceDeadline { get; init; }

    /// <summary>What was shown; null where nothing was.</summary>
    public TraceAnswer? Answer { get; init; }

    /// <summary>Whether a contract found it wrong.</summary>
    public bool IsProven { get; init; }

    /// <summary>Whether a trace is owed.</summary>
    public bool OwesTrace => TraceDeadline is not null && Answer is null;
}

/// <summary>What was shown for a demanded trace.</summary>
/// <param name="Outputs">What the seat's result binds at the task: the digest of the outputs, or of an error.</param>
/// <param name="Trace">The root of the trace; null where the result is an error.</param>
public sealed record TraceAnswer(Hash256 Outputs, Hash256? Trace);
