using System.Collections.Immutable;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Protocol.Draws;
using Market.Protocol.Ids;
using Market.Protocol.Money;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Disputes;

/// <summary>The verdict that a dispute is about, as chain and peers show it.</summary>
/// <param name="Job">The job.</param>
/// <param name="Id">Its id.</param>
/// <param name="Seed">What drew the verifier's samples.</param>
/// <param name="Check">What share of the tasks the verifier had to execute.</param>
/// <param name="Accepted">The seats that it accepted.</param>
/// <param name="Evidence">Its evidence, checked against the digest on chain; null if it is nowhere to be had.</param>
/// <param name="FindOutputs">What a seat claims for a task, checked against its root; null if it is nowhere to be had.</param>
public sealed record ContestedVerdict(
    JobData Job, JobId Id, Seed Seed, BasisPoints Check, ImmutableArray<int> Accepted, Evidence? Evidence,
    Func<int, int, CancellationToken, Task<TaskResult?>> FindOutputs)
{
    /// <summary>The tasks that the verifier had to execute.</summary>
    public ImmutableArray<int> Drawn { get; } = Sampling.Draw(Seed, Job.Bundle.Tasks, Check);

    /// <summary>Whether there is evidence, and of this job with this draw.</summary>
    public bool HasOwnEvidence => Evidence is { } found && found.Job == Id && found.Seed == Seed;
}
