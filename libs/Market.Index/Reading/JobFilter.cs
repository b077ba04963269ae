using Market.Index.Rows;
using Market.Protocol.Jobs;

namespace Market.Index.Reading;

/// <summary>Which jobs a list shows; what is null is not asked for.</summary>
public sealed record JobFilter
{
    /// <summary>Those that stand so.</summary>
    public JobState? State { get; init; }

    /// <summary>Those that somebody posted: <c>0x</c> and 40 hexadecimal digits in lower case.</summary>
    public string? Requester { get; init; }

    /// <summary>Those of a bundle: <c>0x</c> and 64 hexadecimal digits in lower case.</summary>
    public string? Bundle { get; init; }

    /// <summary>Those whose heads name a model: <c>0x</c> and 64 hexadecimal digits in lower case.</summary>
    public string? Model { get; init; }

    /// <summary>Those that a verifier judged.</summary>
    public long? Verifier { get; init; }

    /// <summary>Those whose verdict was contested, or was not.</summary>
    public bool? Disputed { get; init; }

    internal IQueryable<JobRow> Apply(IQueryable<JobRow> jobs)
    {
        jobs = State is { } state ? jobs.Where(j => j.State == state) : jobs;
        jobs = Requester is { } requester ? jobs.Where(j => j.Requester == requester) : jobs;
        jobs = Bundle is { } bundle ? jobs.Where(j => j.Bundle == bundle) : jobs;
        jobs = Model is { } model ? jobs.Where(j => j.Model == model) : jobs;
        jobs = Verifier is { } verifier ? jobs.Where(j => j.Verifier == verifier) : jobs;
        // Without a parameter, so that a database finds the index of contested jobs.
        return Disputed is not { } disputed ? jobs : disputed ? jobs.Where(j => j.Disputed) : jobs.Where(j => !j.Disputed);
    }
}
