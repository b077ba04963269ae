using System.Collections.Immutable;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Protocol.Draws;
using Market.Protocol.Ids;

namespace Market.Jobs.Disputes;

/// <summary>What a job's verifier had to execute, drawn when the last result was on chain: what a verdict is held against afterwards.</summary>
public static class VerifierDraw
{
    /// <summary>The seed, by the block that the job's verification named.</summary>
    /// <exception cref="JobException">The job was never verified.</exception>
    public static Task<Seed> SeedAsync(PeerNode peer, JobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(job);
        var started = job.History.Select(h => h.Event).OfType<MarketEvent.VerificationStarted>().LastOrDefault()
            ?? throw new JobException($"Job {job.Id} was never verified.");
        return peer.Account.Contract.SampleSeedAsync(job.Id, started.DrawBlock, cancellationToken);
    }

    /// <summary>The tasks.</summary>
    /// <exception cref="JobException">The job was never verified.</exception>
    public static async Task<ImmutableArray<int>> TasksAsync(PeerNode peer, JobRecord job, CancellationToken cancellationToken) =>
        Sampling.Draw(await SeedAsync(peer, job, cancellationToken).ConfigureAwait(false), (int)job.Spec.Tasks, job.Check);
}
