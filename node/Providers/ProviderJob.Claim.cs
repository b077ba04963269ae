using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Node.Providers;

/// <content>How a seat is got: claimed first and executed then, or, where all tasks take seconds, the other way round.</content>
internal sealed partial class ProviderJob
{
    /// <summary>A job of at most so much work may be executed before it is claimed: if the seat is lost meanwhile, little is.</summary>
    private static readonly TimeSpan ShortestJob = TimeSpan.FromSeconds(3);

    /// <summary>And at most this part of the time that is left for claims, which is little where a seat opens again.</summary>
    private const double PartOfClaimTime = 0.1;

    private bool IsShort(TimeSpan needed) =>
        !options.ClaimFirst && needed <= ShortestJob && needed.TotalSeconds <= ((double)Job.Deadline - peer.Follower.State.Time) * PartOfClaimTime;

    /// <summary>Runs the first task before any money is at stake, and judges from it how long the job takes and whether it can be done in time.</summary>
    private async Task<(TimeSpan Needed, Refusal? Refusal)> TryFirstTaskAsync(JobData data, IExecutor executor, CancellationToken cancellationToken)
    {
        if (!data.Bundle.Runtime.Allows(DeterminismClass.Of(options.Settings).RuntimeVersion, executor.Class))
        {
            return (default, new Refusal(RefusalReason.WrongClass, $"ONNX Runtime {data.Bundle.Runtime.Version} and one of {data.Bundle.Runtime.Classes.Length} classes wanted"));
        }

        var inputs = await data.ReadInputsAsync(0, cancellationToken).ConfigureAwait(false);
        var outcome = await executor.RunAsync(0, inputs, cancellationToken).ConfigureAwait(false);
        if (outcome is TaskOutcome.Exceeded or TaskOutcome.Crashed)
        {
            return (default, new Refusal(RefusalReason.LimitsExceeded, outcome.ToString()));
        }

        // Whoever is unlucky with a tie would lose its backing for it.
        if (outcome is TaskOutcome.Completed { Outputs: var outputs } && data.Bundle.Runtime.Classes.Length != 1 && _model?.NumbersBehindTie(outputs) is { } output)
        {
            return (default, new Refusal(RefusalReason.UnsoundModel, $"the numbers of output '{output}' lie behind a tie, which may turn them into anything: expected one class only"));
        }

        // How long a task takes that gives an error is not known: that may be one task's input only.
        var needed = outcome is TaskOutcome.Completed completed ? completed.Elapsed * data.Bundle.Tasks / executor.Parallel : TimeSpan.MaxValue;
        var window = JobTerms.SafePart(TimeSpan.FromSeconds(Job.Terms.RunWindow));
        return (needed, needed <= window || needed == TimeSpan.MaxValue
            ? null
            : new Refusal(RefusalReason.TooSlow, $"{needed.TotalSeconds:0} s needed, {window.TotalSeconds:0} s dared"));
    }

    /// <summary>Tries for a seat with every block until we have one, or says why there is none.</summary>
    /// <param name="execute">Executes all tasks once our ticket is drawn, to claim with the result at hand; null to claim first.</param>
    /// <param name="executor">Who executes.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async Task<Refusal?> ClaimAsync(Func<Task<ResultManifest>>? execute, IExecutor executor, CancellationToken cancellationToken)
    {
        ResultManifest? manifest = null;
        while (true)
        {
            var (state, job) = (peer.Follower.State, Job);
            if (job.SeatOf(StakeId) is not null)
            {
                return null;
            }

            if (job.State != JobState.Open || state.Time >= job.Deadline || job.Barred.Contains(StakeId))
            {
                return new Refusal(job.State == JobState.Open ? RefusalReason.TooLate : RefusalReason.NoSeat, $"the job is {job.State} in block {state.Block}");
            }

            if (execute is not null && manifest is null)
            {
                if (state.Block >= job.DrawBlock && await peer.Account.Contract.IsEligibleAsync(job.Spec, StakeId, cancellationToken).ConfigureAwait(false))
                {
                    manifest = await execute().ConfigureAwait(false);
                    continue;
                }
            }
            else if (state.Block >= job.DrawBlock)
            {
                await TryClaimAsync(job, state, executor.Class, manifest, cancellationToken).ConfigureAwait(false);
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TryClaimAsync(JobRecord job, MarketState state, DeterminismClassId classId, ResultManifest? manifest, CancellationToken cancellationToken)
    {
        // Stakes begin at different seats, so that they rarely want the same one.
        var seat = Enumerable.Range(0, job.Seats.Length).Select(i => (int)((StakeId + i) % job.Seats.Length)).First(i => job.Seats[i].State == SeatState.Open);
        var call = manifest is null
            ? MarketCalls.Claim(job.Spec, (byte)seat)
            : await ClaimWithAsync(job, seat, Keep(job, seat, classId, manifest), cancellationToken).ConfigureAwait(false);
        try
        {
            var receipt = await peer.Account.SendAsync($"claim:{id}:{seat}:{state.Block}", call, cancellationToken).ConfigureAwait(false);
            await peer.Follower.WaitAsync(s => s.Block >= receipt.BlockNumber, cancellationToken).ConfigureAwait(false);
            peer.Log($"{Name}: claimed seat {seat}{(manifest is null ? "" : ", the result with it")}");
        }
        catch (MarketRefusedException e) when (e.Error is MarketError.NotEligible or MarketError.SeatTaken or MarketError.JobInState or MarketError.AlreadyInJob)
        {
            // Another was first, in an earlier block or in this one. With the next block it is looked at again.
        }
    }

    /// <summary>A claim and the result, or its commitment, in one call.</summary>
    private async Task<byte[]> ClaimWithAsync(JobRecord job, int seat, JournaledResult result, CancellationToken cancellationToken)
    {
        var root = ResultManifest.Read(result.Manifest, (int)job.Spec.Tasks).Root.ToHash();
        if (job.Seats.Length == 1)
        {
            return MarketCalls.ClaimAndSubmit(job.Spec, result.Class, root);
        }

        if (job.Count(s => s.State == SeatState.Committed) == job.Seats.Length - 1)
        {
            // Nobody is left to copy it.
            return MarketCalls.Multicall([MarketCalls.Claim(job.Spec, (byte)seat), MarketCalls.CommitAndReveal(job.Spec, (byte)seat, result.Class, root)]);
        }

        var commitment = await peer.Account.Contract.CommitmentAsync(id, StakeId, result.Class, root, result.Salt, cancellationToken).ConfigureAwait(false);
        return MarketCalls.ClaimAndCommit(job.Spec, (byte)seat, commitment);
    }
}
