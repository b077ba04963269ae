using System.Diagnostics;
using System.Text.Json;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Demo.Disputes;
using Market.Ethereum;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Node.Devnets;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Microsoft.Playwright;

namespace Market.EndToEnd.Tests;

/// <summary>A false verdict on a real chain, and what real programs make of it.</summary>
public sealed class DisputeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-dispute-").FullName;
    private readonly NodeLog _log = new();
    private Devnet _devnet = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string[] AsRequester => ["--data", _devnet.Requester.Folder, "--deployment", _devnet.DeploymentFile, "--password-file", _devnet.PasswordFile];

    public async ValueTask InitializeAsync() =>
        _devnet = await Devnet.StartAsync(new DevnetOptions { Folder = _folder, Providers = 1, Verifiers = 4, Log = _log }, Stop);

    public async ValueTask DisposeAsync()
    {
        await _devnet.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_provider_contests_a_false_rejection_and_an_auditor_the_missing_evidence_and_a_committee_of_which_one_was_killed_makes_the_liar_pay()
    {
        var provider = _devnet.Nodes.Values.Single(n => n.Role == StakeRole.Provider);
        var verifiers = _devnet.Nodes.Values.Where(n => n.Role == StakeRole.Verifier).OrderBy(n => n.Stake).ToList();
        await _devnet.StartNodeAsync(provider.Stake, null, SessionSettings.Default, Stop);
        await using var liar = await PeerNode.StartAsync(new PeerNodeOptions(_devnet.Deployment, verifiers[0].Node.Key, verifiers[0].Node.Folder), Stop);
        var terms = await RegisterTermsAsync(liar);
        await using var visit = await Visit.BeginAsync(_devnet, await _devnet.StartWebAsync(Stop), _devnet.Requester, Stop);

        // Nobody else is there to judge: the liar's verdict stands until somebody contests it.
        var id = await SubmitUntilAsync(terms, liar, job => job.State == JobState.Verifying);
        await FalseVerdict.GiveAsync(liar, JobId.Parse(id), accepts: false, FalseVerdict.NoEvidence, Stop);
        var challenge = (await Programs.MarketAsync(["job", "challenge", id, "--verifier", "--task", "1", "--yes", "--json", .. AsRequester])).Json();
        Assert.Equal("verifier", challenge.GetProperty("subject").GetString());
        var page = visit.Page;
        await page.GotoAsync($"jobs/{id}");
        await Assertions.Expect(page.Locator("#dispute li").Filter(new() { HasText = "The requester contests the verifier: its own work on task 1 is wrong or missing." })).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#next")).ToContainTextAsync("What comes next: Until ");
        await Axe.FindsNothingAsync(page);
        var jurors = verifiers[1..];
        await Task.WhenAll(jurors.Select(juror => _devnet.StartNodeAsync(juror.Stake, null, SessionSettings.Default, Stop)));

        await _log.WaitAsync(jurors[0].Name, id[..10], "voted", Stop);
        _devnet.Nodes[jurors[0].Stake].Process!.Kill();
        await _devnet.StartNodeAsync(jurors[0].Stake, null, SessionSettings.Default, Stop);

        var report = (await Programs.MarketAsync(["job", "watch", id, "--json", .. AsRequester])).Json();
        var replica = report.GetProperty("replicas").EnumerateArray().Single();
        Assert.True(replica.GetProperty("accepted").GetBoolean(), report.GetRawText());
        Assert.Equal("0", replica.GetProperty("slashed").GetString());
        AssertFoundByAll(report.GetProperty("dispute"));
        await ToldAsync(page, liar: verifiers[0].Stake);
        Assert.Empty(visit.Troubles);
        var final = await liar.Follower.WaitAsync(s => s.Jobs.Values.Single().IsOver, Stop);
        Assert.Equal(3, final.Jobs.Values.Single().History.Count(h => h.Event is MarketEvent.VoteOpened));
        Assert.True(final.Stakes[verifiers[0].Stake].Amount < final.Stakes[verifiers[1].Stake].Amount);
        Assert.True(final.Stakes[provider.Stake].Credit > 0);
    }

    [Fact]
    public async Task A_verifier_that_copied_its_samples_is_contested_by_an_auditor_and_loses_its_lock_and_the_provider_is_paid()
    {
        var provider = _devnet.Nodes.Values.Single(n => n.Role == StakeRole.Provider);
        var verifiers = _devnet.Nodes.Values.Where(n => n.Role == StakeRole.Verifier).OrderBy(n => n.Stake).ToList();
        await _devnet.StartNodeAsync(provider.Stake, null, SessionSettings.Default, Stop);
        var options = new PeerNodeOptions(_devnet.Deployment, verifiers[0].Node.Key, verifiers[0].Node.Folder) { Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] };
        await using var lazy = await PeerNode.StartAsync(options, Stop);
        await lazy.PublishAsync(Hash256.Zero, Stop);
        var id = await SubmitUntilAsync(await RegisterTermsAsync(lazy), lazy, job => job.State == JobState.Verifying);
        await LazyVerifier.AcceptAllAsync(lazy, JobId.Parse(id), Stop);
        await Task.WhenAll(verifiers[1..].Select(juror => _devnet.StartNodeAsync(juror.Stake, null, SessionSettings.Default, Stop)));

        var found = (await Programs.RunAsync("market-verifier", ["replay", id, "1", "--json", .. AsRequester])).Json();
        Assert.Contains("is not the task's", found.GetProperty("witness").GetString(), StringComparison.Ordinal);
        var report = (await Programs.MarketAsync(["job", "watch", id, "--json", .. AsRequester])).Json();
        Assert.True(report.GetProperty("replicas").EnumerateArray().Single().GetProperty("accepted").GetBoolean(), report.GetRawText());
        Assert.False(Assert.Single(report.GetProperty("dispute").GetProperty("points").EnumerateArray()).TryGetProperty("seat", out _));
        var final = await lazy.Follower.WaitAsync(s => s.Jobs.Values.Single().IsOver, Stop);
        Assert.True(final.Stakes[verifiers[0].Stake].Amount < final.Stakes[verifiers[1].Stake].Amount);
        Assert.True(final.Stakes[provider.Stake].Credit > 0);
    }

    [Fact]
    public async Task A_cheat_whose_verifier_was_bribed_is_found_by_the_requesters_canary_alone_and_loses()
    {
        var provider = _devnet.Nodes.Values.Single(n => n.Role == StakeRole.Provider);
        var verifiers = _devnet.Nodes.Values.Where(n => n.Role == StakeRole.Verifier).OrderBy(n => n.Stake).ToList();
        await _devnet.StartNodeAsync(provider.Stake, [Path.Combine(AppContext.BaseDirectory, "market-demo.dll"), "cheat", "garbage"], SessionSettings.Default, Stop);
        await using var bribed = await PeerNode.StartAsync(new PeerNodeOptions(_devnet.Deployment, verifiers[0].Node.Key, verifiers[0].Node.Folder), Stop);
        var terms = await RegisterTermsAsync(bribed);
        using var submit = StartSubmit(terms, audit: 0, "--canaries", "1");
        var id = (await Programs.LineAsync(submit, Stop, "Posted 0x")).Split(' ')[1].TrimEnd('.');
        await FalseVerdict.GiveAsync(bribed, JobId.Parse(id), accepts: true, FalseVerdict.NoEvidence, Stop);
        await Task.WhenAll(verifiers[1..].Select(juror => _devnet.StartNodeAsync(juror.Stake, null, SessionSettings.Default, Stop)));

        var finished = await Programs.FinishAsync(submit);
        Assert.Contains("canaries: contested seat 0", finished.Error, StringComparison.Ordinal);
        var final = await bribed.Follower.WaitAsync(s => s.Jobs.Values.Single().IsOver, Stop);
        var point = Assert.Single(final.Jobs.Values.Single().Dispute!.Points);
        Assert.Equal((0, _devnet.Requester.Key.Address), (point.Subject, point.Challenger));
        Assert.True(final.Stakes[provider.Stake].Slashed);
    }

    /// <summary>The page that was open all the while tells the dispute to its end, step by step.</summary>
    private static async Task ToldAsync(IPage page, uint liar)
    {
        await Assertions.Expect(page.Locator("#next")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#dispute li")).ToContainTextAsync([
            "The requester contests the verifier", "A committee of 3 verifiers is drawn.", "Those who sit in it execute the tasks again and vote: verifiers ", "3 of 3 voted, and open their votes.",
            "the verifier, task 1: wrong", "The committee decides: ", $"Stake {liar} is free again, lost ", "The dispute is settled"]);
        await Assertions.Expect(page.Locator("#dispute li").Filter(new() { HasText = "contests seat 0: its result is right, though the verdict does not accept it." })).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#dispute li").Filter(new() { HasTextRegex = new("Verifier [0-9]+ finds: .*the verifier, task 1: wrong") })).ToHaveCountAsync(3);
        await Axe.FindsNothingInAnyLookAsync(page);
    }

    private static void AssertFoundByAll(JsonElement dispute)
    {
        var committee = Assert.Single(dispute.GetProperty("committees").EnumerateArray());
        Assert.Equal(3, committee.GetProperty("jurors").GetArrayLength());
        var found = dispute.GetProperty("points").EnumerateArray().Zip(committee.GetProperty("wrong").EnumerateArray(), (point, wrong) => (Seat: point.TryGetProperty("seat", out _), Wrong: wrong.GetBoolean()));
        // The requester and the auditor about the verifier, the provider about its seat.
        Assert.Equal([(false, true), (false, true), (true, false)], found.Order());
    }

    private static Task<uint> RegisterTermsAsync(PeerNode peer) => RegisteredTerms.OfAsync(
        peer, new Terms(ClaimWindow: 120, RunWindow: 120, RevealWindow: 60, VerdictWindow: 80, LeafWindow: 20, ChallengeWindow: 35, DisputeWindow: 20, Quorum: 1), Stop);

    /// <summary>Submits a job with the program, and kills that once the job is as wanted.</summary>
    private async Task<string> SubmitUntilAsync(uint terms, PeerNode watching, Func<JobRecord, bool> wanted)
    {
        using var submit = StartSubmit(terms, audit: 100);
        var id = (await Programs.LineAsync(submit, Stop, "Posted 0x")).Split(' ')[1].TrimEnd('.');
        await watching.Follower.WaitAsync(s => s.Jobs.Values.Any(wanted), Stop);
        submit.Kill();
        await submit.WaitForExitAsync(Stop);
        return id;
    }

    private Process StartSubmit(uint terms, int audit, params string[] more)
    {
        var inputs = Directory.CreateDirectory(Path.Combine(_folder, "inputs")).FullName;
        foreach (var (tensor, task) in TestJob.Inputs([1, 3, 48, 192], 2).Select((tensor, task) => (tensor, task)))
        {
            File.WriteAllBytes(Path.Combine(inputs, $"{task}.npy"), Onnx.Files.NpyFile.Write(tensor));
        }

        string[] wanted = ["--replicas", "1", "--check", "100", "--audit", $"{audit}", "--terms", $"{terms}", "--yes", .. more, .. AsRequester];
        return Programs.Start("market", ["job", "submit", DevnetFixture.Model(TestJob.DirectionModel), inputs, .. wanted]);
    }
}
