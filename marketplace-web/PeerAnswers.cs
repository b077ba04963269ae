using System.Collections.Concurrent;
using System.Globalization;
using Market.Chain.State;
using Market.Jobs.Peers;

namespace Market.Web;

/// <summary>Whether nodes answer and what machines they are: all are asked now and then, and one that somebody looks at more often.</summary>
internal sealed class PeerAnswers(MarketWatch watch, TimeProvider clock) : BackgroundService
{
    private const int MostKept = 10_000;
    private const int AskedAtOnce = 16;
    private const int RoundAtOnce = 4;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<uint, Known> _known = new();
    private readonly long _began = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private long _answered;
    private int _running;

    /// <summary>How long after one round through all nodes the next begins.</summary>
    public static TimeSpan BetweenRounds { get; } = TimeSpan.FromMinutes(15);

    /// <summary>Another with each answer, and with each start of this server.</summary>
    public string Edition => string.Create(CultureInfo.InvariantCulture, $"{_began:x}.{Interlocked.Read(ref _answered)}");

    /// <summary>What the node of a stake last answered; null before its first answer, which a later block will show.</summary>
    public PeerAnswer? Of(StakeRecord stake)
    {
        var known = _known.GetValueOrDefault(stake.Id);
        var old = known is null ? _known.Count < MostKept : clock.GetElapsedTime(known.AskedAt) > Fresh;
        if (old && watch.Peer is { } peer && Volatile.Read(ref _running) < AskedAtOnce)
        {
            // Marked as asked first, so that other viewers do not ask meanwhile.
            Keep(stake.Id, known?.Answer, inRound: false);
            _ = AskAsync(peer, stake, inRound: false);
        }

        return known?.Answer;
    }

    /// <summary>Asks the node of a stake again, which its owner told something.</summary>
    public Task AskAgainAsync(StakeRecord stake) => watch.Peer is { } peer ? AskAsync(peer, stake, inRound: false) : Task.CompletedTask;

    /// <summary>What the node of a stake last answered, without asking it; null if nobody asked yet.</summary>
    public PeerAnswer? Last(long stake) => _known.GetValueOrDefault((uint)stake)?.Answer;

    /// <summary>How often the node of a stake was there when all were asked.</summary>
    public Attendance AttendanceOf(long stake) => _known.GetValueOrDefault((uint)stake)?.Attendance ?? default;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await AskAllAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    /// <summary>Asks all nodes, again and again: only what is asked regularly says how often a node is there.</summary>
    private async Task AskAllAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var (peer, state) = await watch.UntilAsync(() => Task.FromResult(watch is { Peer: { } p, State: { } s } ? Tuple.Create(p, s) : null), stoppingToken);
            var stakes = state.Stakes.Values.Where(s => s is { Slashed: false, Amount: > 0 }).Take(MostKept);
            await Parallel.ForEachAsync(stakes, new ParallelOptions { MaxDegreeOfParallelism = RoundAtOnce, CancellationToken = stoppingToken }, async (stake, _) => await AskAsync(peer, stake, inRound: true));
            await Task.Delay(BetweenRounds, clock, stoppingToken);
        }
    }

    private async Task AskAsync(PeerNode peer, StakeRecord stake, bool inRound)
    {
        Interlocked.Increment(ref _running);
        using var limit = new CancellationTokenSource(Patience, clock);
        try
        {
            Learn(stake.Id, await PeerAnswer.AskAsync(peer.Node, peer.Follower.State, stake, limit.Token), inRound);
        }
        catch (OperationCanceledException)
        {
            Learn(stake.Id, new PeerAnswer(null, null, $"It did not answer within {Patience.TotalSeconds:0} seconds."), inRound);
        }
        catch (ObjectDisposedException)
        {
            // Our own node ended meanwhile, and says nothing of theirs.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private void Learn(uint stake, PeerAnswer answer, bool inRound)
    {
        Keep(stake, answer, inRound);
        Interlocked.Increment(ref _answered);
    }

    private void Keep(uint stake, PeerAnswer? answer, bool inRound) => _known.AddOrUpdate(
        stake,
        _ => new Known(clock.GetTimestamp(), answer, inRound ? default(Attendance).With(answer?.Time is not null) : default),
        (_, known) => new Known(clock.GetTimestamp(), answer, inRound ? known.Attendance.With(answer?.Time is not null) : known.Attendance));

    private sealed record Known(long AskedAt, PeerAnswer? Answer, Attendance Attendance);
}
