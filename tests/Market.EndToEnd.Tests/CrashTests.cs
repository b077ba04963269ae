using System.Text.Json;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs.Peers;
using Market.Node.Devnets;
using Market.Node.Requests;
using Market.Protocol.Jobs;

namespace Market.EndToEnd.Tests;

/// <summary>Programs are killed without warning at every stage of a job and started again: nothing is lost, nothing is done twice.</summary>
[Collection(nameof(SharedDevnet))]
public sealed class CrashTests(DevnetFixture fixture)
{
    private const int Tasks = 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Providers_killed_before_they_committed_go_on_where_they_were_and_are_paid()
    {
        await using var peer = await fixture.RequesterAsync(Stop);
        var job = await TestJob.PostAsync(peer, DevnetFixture.PatientTerms, 320, Tasks, Stop);
        var attending = new Requester(peer).AttendAsync(job.Id, _ => { }, Stop);
        var providers = fixture.Providers;
        await Task.WhenAll(
            KillAsync(providers[0], OnChainAsync(peer, job, providers[0], SeatState.Claimed)),
            KillAsync(providers[1], fixture.Log.WaitAsync(providers[1].Name, PeerNode.Short(job), $"executes {Tasks} tasks", Stop)),
            KillAsync(providers[2], fixture.Log.WaitAsync(providers[2].Name, PeerNode.Short(job), "root", Stop)));
        AssertAllPaidOnce(await attending);
    }

    [Fact]
    public async Task Providers_and_verifier_killed_with_results_on_chain_go_on_and_the_verdict_comes()
    {
        await using var peer = await fixture.RequesterAsync(Stop);
        var job = await TestJob.PostAsync(peer, DevnetFixture.PatientTerms, 160, Tasks, Stop);
        var attending = new Requester(peer).AttendAsync(job.Id, _ => { }, Stop);
        var (providers, verifier) = (fixture.Providers, Verifier);
        await Task.WhenAll(
            KillAsync(providers[0], OnChainAsync(peer, job, providers[0], SeatState.Committed)),
            KillAsync(providers[1], OnChainAsync(peer, job, providers[1], SeatState.Revealed)),
            KillAsync(verifier, fixture.Log.WaitAsync(verifier.Name, PeerNode.Short(job), "seat 0", Stop)));
        job = await attending;
        AssertAllPaidOnce(job);
        Assert.Equal(verifier.Stake, job.Verifier);
        Assert.Single(job.History, h => h.Event is MarketEvent.VerdictGiven);
    }

    [Fact]
    public async Task A_submit_killed_after_the_post_is_resumed_and_later_watched_by_another_program()
    {
        var inputs = fixture.WriteInputs("killed", [1, 3, 48, 192], 6);
        using var submit = Programs.Start("market", ["job", "submit", DevnetFixture.Model(TestJob.DirectionModel), inputs, "--terms", $"{DevnetFixture.PatientTerms}", "--yes", .. fixture.AsRequester]);
        var id = (await Programs.LineAsync(submit, Stop, "Posted 0x")).Split(' ')[1].TrimEnd('.');
        submit.Kill();
        await submit.WaitForExitAsync(Stop);

        using var resume = Programs.Start("market", ["job", "resume", id, .. fixture.AsRequester]);
        await Programs.LineAsync(resume, Stop, "Running: ", "Revealing: ", "Verifying: ");
        resume.Kill();
        await resume.WaitForExitAsync(Stop);

        var watching = Programs.MarketAsync(["job", "watch", id, "--json", .. fixture.AsRequester]);
        await KillAsync(Verifier, fixture.Log.WaitAsync(Verifier.Name, id[..10], "seat 0", Stop));
        var watched = (await watching).Json();
        Assert.Equal(("final", 3), (watched.GetProperty("state").GetString(), Accepted(watched)));

        await KillAsync(Verifier, Task.CompletedTask);
        var output = Path.Combine(fixture.Files, "killed-outputs");
        var result = (await Programs.MarketAsync(["job", "result", id, "--output", output, "--json", .. fixture.AsRequester])).Json();
        Assert.Equal(("final", 3), (result.GetProperty("state").GetString(), Accepted(result)));
        Assert.InRange(result.GetProperty("largestDistance").GetProperty("shareOfTolerance").GetDouble(), 0, 1);
        Assert.Equal(6, Directory.GetFiles(output).Length);
        var listed = (await Programs.MarketAsync(["job", "list", "--json", .. fixture.AsRequester])).Json();
        Assert.Single(listed.EnumerateArray(), j => j.GetProperty("job").GetString() == id);
    }

    private DevnetNode Verifier => fixture.Devnet.Nodes.Values.Single(n => n.Role == StakeRole.Verifier);

    private static int Accepted(JsonElement report) => report.GetProperty("replicas").EnumerateArray().Count(r => r.GetProperty("accepted").GetBoolean());

    private async Task KillAsync(DevnetNode node, Task moment)
    {
        await moment;
        await fixture.KillAndStartAsync(node, Stop);
    }

    private static Task<MarketState> OnChainAsync(PeerNode peer, JobRecord job, DevnetNode node, SeatState state) =>
        peer.Follower.WaitAsync(s => s.Job(job.Id) is { } j && (j.IsOver || (j.SeatOf(node.Stake) is { } seat && j.Seats[seat].State >= state)), Stop);

    private static void AssertAllPaidOnce(JobRecord job)
    {
        Assert.Equal(JobState.Final, job.State);
        Assert.All(job.Seats, seat => Assert.Equal((Outcome.Accept, 0u), (seat.Outcome, seat.Attempt)));
        Assert.DoesNotContain(job.History, h => h.Event is MarketEvent.SeatEvicted);
        Assert.Equal(3, job.History.Count(h => h.Event is MarketEvent.SeatClaimed));
        Assert.Equal(3, job.History.Count(h => h.Event is MarketEvent.ResultRevealed));
    }
}
