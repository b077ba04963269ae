using FluentValidation;
using Market.Protocol.Canonical;

namespace Market.Protocol.Providers;

/// <summary>How many tasks of a job a node has executed, as it answers whoever asks. Nothing of it is on chain, nothing is proven: what was executed, the result's root binds later.</summary>
public sealed record ReplicaProgress
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most bytes of an answer.</summary>
    public const int LargestBytes = 128;

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>How many tasks are executed. It begins again at 0 where the node had to start anew.</summary>
    public required int Done { get; init; }

    /// <summary>How many tasks the job has.</summary>
    public required int Tasks { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(this);

    /// <summary>Reads an answer that somebody else wrote.</summary>
    /// <param name="bytes">The answer.</param>
    /// <param name="tasks">How many tasks the job has that was asked about: an answer about another number is refused.</param>
    public static Reading<ReplicaProgress> Read(ReadOnlySpan<byte> bytes, long tasks)
    {
        var reading = CanonicalJson.Decode(bytes, LargestBytes, Rules.Instance);
        return reading.Document is { } progress && progress.Tasks != tasks
            ? Reading<ReplicaProgress>.Refused(nameof(Tasks), $"{progress.Tasks} tasks found, the job has {tasks}.")
            : reading;
    }

    private sealed class Rules : AbstractValidator<ReplicaProgress>
    {
        public static readonly Rules Instance = new();

        private Rules()
        {
            RuleFor(p => p.Version).Equal(CurrentVersion).WithMessage(p => $"Version {p.Version} found, expected {CurrentVersion}.");
            RuleFor(p => p.Tasks).InclusiveBetween(1, Bundles.Bundle.MostTasks).WithMessage(p => $"{p.Tasks} tasks found, expected 1 to {Bundles.Bundle.MostTasks}.");
            RuleFor(p => p.Done).Must((p, done) => done >= 0 && done <= p.Tasks).WithMessage(p => $"{p.Done} of {p.Tasks} tasks done found, expected 0 to {p.Tasks}.");
        }
    }
}
