using System.Collections.Concurrent;
using Market.Chain.State;
using Market.Ethereum;
using Market.Jobs.Peers;
using Market.Protocol.Ids;
using Market.Protocol.Verdicts;

namespace Market.Web;

/// <summary>The evidence of verdicts that somebody looks at. Its verifier is asked for it, again while it is not to be had, but seldom, however many look.</summary>
/// <remarks>Evidence is named by its content, so what is here stays true.</remarks>
internal sealed class EvidenceAnswers(MarketWatch watch, TimeProvider clock)
{
    private const int MostKept = 1000;
    private const int MostAsked = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<(JobId Job, Hash256 Digest), Evidence> _here = new();
    private readonly Dictionary<(JobId Job, Hash256 Digest), (long At, Task<Evidence?> Answer)> _asked = [];
    private readonly Lock _asking = new();

    /// <summary>How long a verifier that did not serve it is left alone.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The evidence of a job's verdict, checked against the digest on chain; null if its verifier, asked lately, did not serve it.</summary>
    public async Task<Evidence?> OfAsync(JobRecord job, CancellationToken cancellationToken) =>
        job.Evidence is not { } digest ? null : _here.GetValueOrDefault((job.Id, digest)) ?? await AskSeldom(job, (job.Id, digest)).WaitAsync(cancellationToken);

    private Task<Evidence?> AskSeldom(JobRecord job, (JobId, Hash256) verdict)
    {
        lock (_asking)
        {
            if (_asked.TryGetValue(verdict, out var asked) && (!asked.Answer.IsCompleted || clock.GetElapsedTime(asked.At) < Pause))
            {
                return asked.Answer;
            }

            foreach (var old in _asked.Where(a => a.Value.Answer.IsCompleted && clock.GetElapsedTime(a.Value.At) >= Pause).Select(a => a.Key).ToList())
            {
                _asked.Remove(old);
            }

            return watch.Peer is not { } peer || _asked.Count >= MostAsked ? Task.FromResult<Evidence?>(null)
                : (_asked[verdict] = (clock.GetTimestamp(), Task.Run(() => AskAsync(peer, job, verdict)))).Answer;
        }
    }

    private async Task<Evidence?> AskAsync(PeerNode peer, JobRecord job, (JobId, Hash256) verdict)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var found = await EvidenceLookup.FindAsync(peer, job, limit.Token);
            if (found is not null && _here.Count < MostKept)
            {
                _here[verdict] = found;
            }

            return found;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // It is slow, or our own node ended meanwhile.
            return null;
        }
    }
}
