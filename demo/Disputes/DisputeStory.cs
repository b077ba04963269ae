using Market.Chain.State;
using Market.Cli;
using Market.Jobs.Disputes;
using Market.Jobs.Peers;
using Market.Node.Devnets;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Protocol.Ids;

namespace Market.Demo.Disputes;

/// <summary>One dispute on a real market: a bribed verifier accepts a cheat's result, the requester looks and contests, a committee speaks.</summary>
internal sealed class DisputeStory(Devnet devnet, PeerNode requester, WebRuntime referee, Terminal terminal)
{
    /// <summary>Verifiers that a devnet needs for it: the bribed one, and a committee.</summary>
    public const int Verifiers = 4;

    private List<uint> VerifierStakes => [.. devnet.Nodes.Values.Where(n => n.Role == StakeRole.Verifier).Select(n => n.Stake).Order()];

    /// <summary>Plays it, up to the last challenge.</summary>
    public async Task RunAsync(JobId id, CancellationToken stop)
    {
        var (bribed, jurors) = (VerifierStakes[0], VerifierStakes[1..]);
        await BribeAsync(id, bribed, stop).ConfigureAwait(false);
        terminal.Progress($"Verifier {bribed} was bribed: it accepted every result without looking at one. All are paid, and their stakes stay locked while anybody may contest.");
        var starting = Task.WhenAll(jurors.Select(stake => devnet.StartNodeAsync(stake, null, SessionSettings.Default, stop)));
        await ContestAsync(id, stop).ConfigureAwait(false);
        await starting.ConfigureAwait(false);
        terminal.Progress($"Verifiers {string.Join(", ", jurors)} are there and can be drawn.");
    }

    private async Task BribeAsync(JobId id, uint bribed, CancellationToken stop)
    {
        var account = devnet.Nodes[bribed].Node;
        var peer = await PeerNode.StartAsync(new PeerNodeOptions(devnet.Deployment, account.Key, account.Folder), stop).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        await BribedVerifier.AcceptAllAsync(peer, id, stop).ConfigureAwait(false);
    }

    /// <summary>The requester executes one task in the canonical referee, compares every seat with it, and contests who is wrong, and the verifier.</summary>
    private async Task ContestAsync(JobId id, CancellationToken stop)
    {
        var state = await requester.Follower.WaitAsync(s => s.Job(id)!.IsJudged, stop).ConfigureAwait(false);
        var job = state.Job(id)!;
        var tasks = await VerifierDraw.TasksAsync(requester, job, stop).ConfigureAwait(false);
        var drawn = tasks.IsEmpty ? 0 : (uint)tasks[0];
        var bond = await requester.Account.Contract.BondOfAsync(job.Spec, 1, 1, stop).ConfigureAwait(false);
        var challenger = new Requester(requester);
        // Filed at once, and with everything else still open: who looks first need not be the one who looks longest.
        await challenger.ChallengeAsync(job, DisputePoint.Verifier, drawn, bond, stop).ConfigureAwait(false);
        terminal.Progress($"Task {drawn} was drawn for the verifier to execute, and it shows no evidence that it did: contested, with a bond.");

        var patience = TimeSpan.FromSeconds(job.Terms.DisputeWindow) / 4;
        var hearing = await Hearing.PrepareAsync(requester, referee, job, patience, stop).ConfigureAwait(false);
        await using var _ = hearing.ConfigureAwait(false);
        var points = Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].HasResult).Select(i => new ContestedPoint(DisputeSubject.AcceptedSeat, i, drawn)).ToList();
        var found = await hearing.AnswerAsync(job, points, patience, stop).ConfigureAwait(false);
        foreach (var (point, finding) in points.Zip(found.Points))
        {
            terminal.Progress($"The requester compares seat {point.Seat} (provider {job.Seats[point.Seat].Provider}) with the canonical referee. {finding.Why}");
            if (finding.Wrong)
            {
                await challenger.ChallengeAsync(job, (byte)point.Seat, drawn, bond, stop).ConfigureAwait(false);
                terminal.Progress($"Seat {point.Seat} is contested at task {drawn}.");
            }
        }
    }
}
