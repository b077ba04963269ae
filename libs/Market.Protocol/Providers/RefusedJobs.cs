using FluentValidation;
using Market.Protocol.Canonical;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Protocol.Providers;

/// <summary>The newest jobs that a provider did not take, as its node answers whoever asks. It is a claim.</summary>
public sealed record RefusedJobs
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most jobs.</summary>
    public const int Most = 20;

    /// <summary>The most bytes of an answer.</summary>
    public const int LargestBytes = 4096;

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>The jobs, the newest first.</summary>
    public required IReadOnlyList<RefusedJob> Jobs { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(this);

    /// <summary>Reads an answer that somebody else wrote.</summary>
    public static Reading<RefusedJobs> Read(ReadOnlySpan<byte> bytes) => CanonicalJson.Decode(bytes, LargestBytes, Rules.Instance);

    private sealed class Rules : AbstractValidator<RefusedJobs>
    {
        public static readonly Rules Instance = new();

        private Rules()
        {
            RuleFor(r => r.Version).Equal(CurrentVersion).WithMessage(r => $"Version {r.Version} found, expected {CurrentVersion}.");
            RuleForEach(r => r.Jobs).NotNull().WithMessage("A job is null.");
            RuleFor(r => r.Jobs.Count).LessThanOrEqualTo(Most).WithMessage(r => $"{r.Jobs.Count} jobs found, expected at most {Most}.");
        }
    }
}

/// <summary>A job that a provider did not take.</summary>
/// <param name="Job">The job.</param>
/// <param name="Reason">Why.</param>
public sealed record RefusedJob(JobId Job, RefusalReason Reason);
