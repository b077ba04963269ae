using Market.Chain.State;
using Market.Ethereum;
using Market.Jobs.Disputes;
using Market.Jobs.Peers;
using Market.Jobs.Proofs;
using Market.Libp2p;
using Market.Node.Devnets;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Demo.Disputes;

/// <summary>One dispute on a real market, by a plot: somebody gives a verdict, somebody contests it, a contract or a committee speaks.</summary>
/// <param name="devnet">The market, with as many verifiers as the plot needs; none of them runs.</param>
/// <param name="requester">Who posted the job.</param>
/// <param name="referee">The canonical referee.</param>
/// <param name="plot">Who does what.</param>
/// <param name="tell">Gets each step in plain words.</param>
internal sealed class DisputeStory(Devnet devnet, PeerNode requester, WebRuntime referee, Plot plot, Action<string> tell)
{
    private readonly List<PeerNode> _cheats = [];

    private IReadOnlyList<uint> Verifiers { get; } = devnet.StakesOf(StakeRole.Verifier);

    /// <summary>Who gives the verdict.</summary>
    public uint Judge => Verifiers[0];

    /// <summary>The jurors who lie.</summary>
    public IReadOnlyList<uint> Liars => [.. Verifiers.Skip(1).Take(plot.Liars)];

    /// <summary>Who contests a right result: the last provider's stake, which takes no seat.</summary>
    public uint Stranger => devnet.StakesOf(StakeRole.Provider)[^1];

    /// <summary>Plays it, until the job is over. Honest verifiers are programs, cheats are nodes of this process.</summary>
    public async Task RunAsync(JobId id, CancellationToken stop)
    {
        try
        {
            await RuleAsync(id, stop).ConfigureAwait(false);
            var state = await requester.Follower.WaitAsync(s => s.Job(id) is { IsJudged: true } or { IsOver: true }, stop).ConfigureAwait(false);
            if (state.Job(id) is { IsJudged: true } job && plot.Verifiers > 1)
            {
                tell(Words(job));
                await DisputeAsync(job, stop).ConfigureAwait(false);
            }

            await requester.Follower.WaitAsync(s => s.Job(id) is { IsOver: true }, stop).ConfigureAwait(false);
        }
        finally
        {
            foreach (var cheat in _cheats)
            {
                await cheat.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private string Words(JobRecord job) => plot.Ruling switch
    {
        Ruling.AcceptsAll => $"Verifier {job.Verifier} was bribed: it accepted every result without looking at one. All are paid, and their stakes stay locked while anybody may contest.",
        Ruling.RejectsAll => $"Verifier {job.Verifier} calls every result fraud, without having looked at one. What it would take stays where it is while anybody may contest.",
        Ruling.Lazy => $"Verifier {job.Verifier} accepted every result, and shows a provider's outputs as samples of its own.",
        _ => $"Verifier {job.Verifier} gave its verdict.",
    };

    private async Task RuleAsync(JobId id, CancellationToken stop)
    {
        switch (plot.Ruling)
        {
            case Ruling.Honest:
                await StartAsync([Judge], stop).ConfigureAwait(false);
                break;
            case Ruling.Lazy:
                await LazyVerifier.AcceptAllAsync(await OpenAsync(Judge, stop).ConfigureAwait(false), id, stop).ConfigureAwait(false);
                break;
            default:
                var judge = await OpenAsync(Judge, stop).ConfigureAwait(false);
                await FalseVerdict.GiveAsync(judge, id, plot.Ruling == Ruling.AcceptsAll, FalseVerdict.NoEvidence, stop).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Contests, and has a committee at hand: its members come when the verdict is given, else they would be first.</summary>
    private async Task DisputeAsync(JobRecord job, CancellationToken stop)
    {
        var lying = new List<Task>();
        foreach (var juror in Liars)
        {
            lying.Add(LyingJuror.SitAsync(await OpenAsync(juror, stop).ConfigureAwait(false), job.Id, stop));
        }

        var starting = StartAsync(Verifiers.Skip(1 + plot.Liars).Take(Plot.Jurors - plot.Liars), stop);
        await ContestAsync(job, stop).ConfigureAwait(false);
        await starting.ConfigureAwait(false);
        await AppealAsync(job.Id, stop).ConfigureAwait(false);
        await Task.WhenAll(lying).ConfigureAwait(false);
    }

    private async Task StartAsync(IEnumerable<uint> stakes, CancellationToken stop) =>
        await Task.WhenAll(stakes.ToList().Select(stake => devnet.StartNodeAsync(stake, null, SessionSettings.Default, stop))).ConfigureAwait(false);

    private async Task<PeerNode> OpenAsync(uint stake, CancellationToken stop)
    {
        var account = devnet.Nodes[stake].Node;
        var options = new PeerNodeOptions(devnet.Deployment, account.Key, account.Folder) { Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] };
        var peer = await PeerNode.StartAsync(options, stop).ConfigureAwait(false);
        _cheats.Add(peer);
        await peer.PublishAsync(Hash256.Zero, stop).ConfigureAwait(false);
        return peer;
    }

    private async Task ContestAsync(JobRecord job, CancellationToken stop)
    {
        switch (plot.Contest)
        {
            case Contest.Looks:
                await LookAsync(job, stop).ConfigureAwait(false);
                break;
            case Contest.Suspects:
                await ChallengeAsync(requester, job, (byte)job.SeatOf(devnet.StakesOf(StakeRole.Provider)[0])!, 0, stop).ConfigureAwait(false);
                break;
            case Contest.Griefs:
                await ChallengeAsync(await OpenAsync(Stranger, stop).ConfigureAwait(false), job, 0, 0, stop).ConfigureAwait(false);
                break;
        }

        if (plot.DemandsTrace)
        {
            await ProveAsync(job.Id, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The requester executes one task in the canonical referee, compares every seat with it, and contests who is wrong, and the verifier.</summary>
    private async Task LookAsync(JobRecord job, CancellationToken stop)
    {
        var tasks = await VerifierDraw.TasksAsync(requester, job, stop).ConfigureAwait(false);
        var drawn = tasks.IsEmpty ? 0 : (uint)tasks[0];
        // Filed at once, and with everything else still open: who looks first need not be the one who looks longest.
        await ChallengeAsync(requester, job, DisputePoint.Verifier, drawn, stop).ConfigureAwait(false);
        tell($"Task {drawn} was drawn for the verifier to execute, and it shows no evidence that it did.");
        var patience = TimeSpan.FromSeconds(job.Terms.DisputeWindow) / 4;
        var hearing = await Hearing.PrepareAsync(requester, referee, job, patience, stop).ConfigureAwait(false);
        await using var _ = hearing.ConfigureAwait(false);
        var points = Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].HasResult).Select(i => new ContestedPoint(DisputeSubject.AcceptedSeat, i, drawn)).ToList();
        var found = await hearing.AnswerAsync(job, points, patience, stop).ConfigureAwait(false);
        foreach (var (point, finding) in points.Zip(found.Points))
        {
            tell($"The requester compares seat {point.Seat} (provider {job.Seats[point.Seat].Provider}) with the canonical referee. {finding.Why}");
            if (finding.Wrong)
            {
                await ChallengeAsync(requester, job, (byte)point.Seat, drawn, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task ChallengeAsync(PeerNode challenger, JobRecord job, byte subject, uint task, CancellationToken stop)
    {
        var bond = await challenger.Account.Contract.BondOfAsync(job.Spec, 1, 1, stop).ConfigureAwait(false);
        await new Requester(challenger).ChallengeAsync(job, subject, task, bond, stop).ConfigureAwait(false);
        tell($"Contested, with a bond of {bond} tokens: {DisputeWords.Of(new DisputePoint(challenger.Account.Address, subject, task))}.");
    }

    private async Task ProveAsync(JobId id, CancellationToken stop)
    {
        foreach (var (number, point) in requester.Follower.State.Job(id)!.Dispute!.Points.Index().Where(p => p.Item.Subject != DisputePoint.Verifier))
        {
            tell($"The requester demands what every operator gave for task {point.Task} of seat {point.Subject}.");
            tell(await new Accusation(requester, id, (byte)number).ProveAsync(stop).ConfigureAwait(false));
        }
    }

    /// <summary>A committee in which liars have the majority is appealed by whom it wrongs; the larger one needs members.</summary>
    private async Task AppealAsync(JobId id, CancellationToken stop)
    {
        if (Verifiers.Skip(1 + Plot.Jurors).ToList() is { Count: > 0 } later)
        {
            await requester.Follower.WaitAsync(s => s.Job(id) is { IsOver: true } or { Dispute: { Round: 1, Phase: > DisputePhase.Seating } }, stop).ConfigureAwait(false);
            await StartAsync(later, stop).ConfigureAwait(false);
        }
    }
}
