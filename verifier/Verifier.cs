using System.Collections.Concurrent;
using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Onnx.Execution;
using Market.Protocol.Ids;

namespace Market.Verifier;

/// <summary>
/// Judges jobs whose results are on chain and answers for its verdicts, audits those of others, and sits in committees: one
/// <see cref="VerifierJob"/>, <see cref="AuditJob"/> or <see cref="JurorJob"/> for each.
/// </summary>
public sealed class Verifier(PeerNode peer, WebRuntime referee, SessionSettings settings, int workers)
{
    private const int Attempts = 3;
    private readonly VoteJournal _votes = new(Path.Combine(peer.DataFolder, "votes"));
    private readonly ConcurrentDictionary<(JobId Job, string Work), Task> _works = new();

    /// <summary>Works until the token ends it. After a restart it goes on with the votes and verdicts that it gave.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var judging = new SemaphoreSlim(1);
        using var sitting = new SemaphoreSlim(1);
        var state = peer.Follower.State;
        try
        {
            while (true)
            {
                var stake = peer.Stake;
                foreach (var job in state.Jobs.Values.Where(j => !j.IsOver))
                {
                    if (VerifierJob.Concerns(job, stake))
                    {
                        Start(job, "judged", stop => new VerifierJob(peer, referee, settings, workers, judging, job.Id).RunAsync(stop), cancellationToken);
                    }

                    if (stake is not null && AuditJob.Concerns(job, stake))
                    {
                        Start(job, "audited", stop => new AuditJob(peer, referee, settings, workers, judging, job.Id).RunAsync(stop), cancellationToken);
                    }

                    if (stake is not null && JurorJob.Concerns(job, stake) && job.Dispute!.Round is var round)
                    {
                        Start(job, $"voted on by committee {round}", stop => new JurorJob(peer, referee, _votes, sitting, job.Id, round).RunAsync(stop), cancellationToken);
                    }
                }

                state = await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await Task.WhenAll(_works.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Start(JobRecord job, string done, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (!_works.ContainsKey((job.Id, done)))
        {
            _works[(job.Id, done)] = TryAsync(job, done, work, cancellationToken);
        }
    }

    private async Task TryAsync(JobRecord job, string done, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var state = peer.Follower.State;
            try
            {
                await work(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Nothing was promised before the verdict, and votes are on disk: a restart goes on.
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                peer.Log($"job {PeerNode.Short(job)}: not {done} in attempt {attempt} of {Attempts}: {e.Message}");
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }
}
