using Market.Jobs.Peers;
using Market.Protocol.Ids;
using Market.Protocol.Providers;

namespace Market.Web;

/// <summary>How far providers say that they are with seats that somebody looks at: their nodes are asked, each seldom, and whoever looks is told what changed.</summary>
/// <remarks>Nobody is asked about what nobody looks at. Of more seats than the bound nothing is shown; no page depends on it.</remarks>
internal sealed class ProgressWatch(MarketWatch watch, TimeProvider clock) : IDisposable
{
    private const int MostSeats = 500;
    private const int AskedAtOnce = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Dictionary<HeldSeat, Asked> _seats = [];
    private readonly Lock _changing = new();
    private readonly SemaphoreSlim _free = new(AskedAtOnce);

    /// <summary>How many seats somebody looks at.</summary>
    public int Looked
    {
        get
        {
            lock (_changing)
            {
                return _seats.Count;
            }
        }
    }

    /// <summary>What the node last answered; null before its first answer, and where nobody looks.</summary>
    public Answer? Of(HeldSeat seat)
    {
        lock (_changing)
        {
            return _seats.GetValueOrDefault(seat)?.Last;
        }
    }

    /// <summary>Looks at a seat until what is returned is disposed of; null if too many are looked at.</summary>
    /// <param name="seat">Which.</param>
    /// <param name="changed">Told, from any thread, when another answer came.</param>
    public IDisposable? Look(HeldSeat seat, Action changed)
    {
        lock (_changing)
        {
            if (!_seats.TryGetValue(seat, out var asked))
            {
                if (_seats.Count == MostSeats)
                {
                    return null;
                }

                _seats[seat] = asked = new Asked();
                var (started, gone) = (asked, asked.Gone.Token);
                _ = Task.Run(() => FollowAsync(seat, started, gone));
            }

            asked.Changed += changed;
        }

        return new Glance(() => Leave(seat, changed));
    }

    /// <summary>Looks at a seat until its node answered once; null if too many are looked at, or while this server knows no node.</summary>
    public async Task<Answer?> AskAsync(HeldSeat seat, CancellationToken cancellationToken)
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var glance = Look(seat, () => came.TrySetResult());
        if (glance is not null && Of(seat) is null)
        {
            await came.Task.WaitAsync(Patience, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Of(seat);
    }

    public void Dispose() => _free.Dispose();

    private void Leave(HeldSeat seat, Action changed)
    {
        Asked? asked;
        lock (_changing)
        {
            if (!_seats.TryGetValue(seat, out asked) || (asked.Changed -= changed) is not null)
            {
                return;
            }

            _seats.Remove(seat);
        }

        asked.Gone.Cancel();
        asked.Dispose();
    }

    private async Task FollowAsync(HeldSeat seat, Asked asked, CancellationToken gone)
    {
        try
        {
            while (true)
            {
                var answer = await AskInTurnAsync(seat, gone);
                if (answer != asked.Last)
                {
                    asked.Last = answer;
                    asked.Changed?.Invoke();
                }

                await Task.Delay(Pause, clock, gone);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Nobody looks any more, or the server ends.
        }
    }

    private async Task<Answer?> AskInTurnAsync(HeldSeat seat, CancellationToken gone)
    {
        await _free.WaitAsync(gone);
        try
        {
            return watch is not { Peer: { } peer, State: { } state } ? null
                : state.Job(seat.Job) is { } job && job.Seats[seat.Seat].Provider == seat.Provider
                    ? new Answer(await ProgressLookup.FindAsync(peer.Node, state, job, seat.Seat, gone))
                : new Answer(null);
        }
        catch (ObjectDisposedException)
        {
            // Our own node ended meanwhile, and says nothing of theirs.
            return null;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>What a node answered.</summary>
    /// <param name="Progress">How far it says it is; null if it does not say, or nothing that can be true.</param>
    internal sealed record Answer(ReplicaProgress? Progress);

    /// <summary>A seat for as long as one provider holds it.</summary>
    internal readonly record struct HeldSeat(JobId Job, int Seat, uint Provider);

    /// <summary>A seat that somebody looks at.</summary>
    private sealed class Asked : IDisposable
    {
        public CancellationTokenSource Gone { get; } = new();

        public Answer? Last { get; set; }

        public Action? Changed { get; set; }

        public void Dispose() => Gone.Dispose();
    }

    private sealed class Glance(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
