using System.Collections.Concurrent;
using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Verifier;

/// <summary>Judges jobs: one <see cref="VerifierJob"/> for each whose results are on chain.</summary>
public sealed class Verifier(PeerNode peer, WebRuntime referee, SessionSettings settings, int workers)
{
    private const int Attempts = 3;
    private readonly ConcurrentDictionary<JobId, Task> _jobs = new();

    /// <summary>Works until the token ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var free = new SemaphoreSlim(1);
        var state = peer.Follower.State;
        try
        {
            while (true)
            {
                foreach (var job in state.Jobs.Values.Where(j => j.State == JobState.Verifying && !_jobs.ContainsKey(j.Id)))
                {
                    _jobs[job.Id] = RunAsync(job, free, cancellationToken);
                }

                state = await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await Task.WhenAll(_jobs.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(JobRecord job, SemaphoreSlim free, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var state = peer.Follower.State;
            try
            {
                await new VerifierJob(peer, referee, settings, workers, free, job.Id).RunAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Nothing was promised before the verdict: a restart judges anew.
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                peer.Log($"job {PeerNode.Short(job)}: not judged in attempt {attempt} of {Attempts}: {e.Message}");
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }
}
