using Market.Chain.State;
using Market.Index.Writing;
using Market.Jobs.Peers;

namespace Market.Web;

/// <summary>
/// Learns which models jobs run. The chain names only the digest of a job's head, so heads are fetched as providers fetch them: a few at a
/// time, the newest first, each again when its job changes, and seldom after that.
/// </summary>
/// <param name="watch">Knows the market.</param>
/// <param name="book">Where it is written down.</param>
/// <param name="peer">Our node.</param>
internal sealed class ModelLookup(MarketWatch watch, HeadBook book, PeerNode peer)
{
    private const int AtOnce = 4;
    private const int ABatch = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    /// <summary>After so long nobody is asked any more: requesters and providers need not keep what a job was made of.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(30);

    /// <summary>Looks at jobs that change until it is stopped: whoever claims a seat has the job's data, so that this is the time to ask.</summary>
    public async Task LookAtChangesAsync(CancellationToken cancellationToken)
    {
        for (var seen = 0UL; ;)
        {
            var last = seen;
            var state = await watch.UntilAsync(() => Task.FromResult(watch.State is { } s && s.Block != last ? s : null), cancellationToken);
            // After a reorganization blocks begin anew at a lower number.
            var changed = await book.ChangedAsync(Math.Min(last + 1, state.Block), ABatch, cancellationToken);
            await LookUpAsync(state, changed, cancellationToken);
            seen = state.Block;
        }
    }

    /// <summary>Goes through all jobs whose model is not known, slowly, then rests, until it is stopped.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        while (true)
        {
            var state = await watch.UntilAsync(() => Task.FromResult(watch.State), cancellationToken);
            var jobs = await book.OlderAsync(before, (long)state.Time - (long)Oldest.TotalSeconds, ABatch, cancellationToken);
            await LookUpAsync(state, jobs, cancellationToken);
            before = jobs.Count == ABatch ? jobs[^1].Number : long.MaxValue;
            await Task.Delay(jobs.Count == ABatch ? BetweenBatches : BetweenSweeps, cancellationToken);
        }
    }

    private Task LookUpAsync(MarketState state, IReadOnlyList<JobRecord> jobs, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        jobs.DistinctBy(j => j.Spec.Bundle), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (job, stop) =>
        {
            if (await ModelOfAsync(state, job, stop) is { } model)
            {
                await book.LearnAsync(job.Spec.Bundle.ToString(), model, stop);
                watch.Learnt();
            }
        });

    /// <summary>The root that a job's head names, nothing if it names none, null while nobody serves it.</summary>
    private async Task<string?> ModelOfAsync(MarketState state, JobRecord job, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await HeadLookup.FindAsync(peer, state, job, limit.Token) is { } head ? head.Model?.ToString() ?? "" : null;
        }
        catch (FormatException)
        {
            return "";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
