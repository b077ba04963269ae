using Market.Onnx.Files;

namespace Market.EndToEnd.Tests;

/// <summary>The programs as a requester, an owner and an auditor use them, on one devnet.</summary>
[Collection(nameof(SharedDevnet))]
public sealed class CommandLineTests(DevnetFixture fixture)
{
    private const int Tasks = 6;

    [Fact]
    public async Task A_job_is_submitted_fetched_and_checked_by_a_stranger()
    {
        var inputs = fixture.WriteInputs("good", [1, 3, 48, 192], Tasks);
        var submitted = (await Programs.MarketAsync(["job", "submit", DevnetFixture.Model("ch_ppocr_mobile_v2.0_cls_infer.onnx"), inputs, "--yes", "--json", .. fixture.AsRequester])).Json();
        Assert.Equal("final", submitted.GetProperty("state").GetString());
        var job = submitted.GetProperty("job").GetString()!;

        var output = Path.Combine(fixture.Files, "outputs");
        var result = (await Programs.MarketAsync(["job", "result", job, "--output", output, "--json", .. fixture.AsRequester])).Json();
        Assert.Equal(submitted.GetProperty("replicas").GetRawText(), result.GetProperty("replicas").GetRawText());
        var files = Directory.GetFiles(output).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(Tasks, files.Count);
        Assert.All(files, file => Assert.Equal([1, 2], NpyFile.Read(File.ReadAllBytes(file)).Dims));

        var stranger = Path.Combine(fixture.Files, "stranger");
        var check = (await Programs.RunAsync("market-verifier", "check", job, "--json", "--data", stranger, "--deployment", fixture.Devnet.DeploymentFile)).Json();
        Assert.True(check.GetProperty("same").GetBoolean());
        Assert.Equal(3, check.GetProperty("replicas").GetArrayLength());

        var replay = (await Programs.RunAsync("market-verifier", "replay", job, "2", "--trace", "--json", "--data", stranger, "--deployment", fixture.Devnet.DeploymentFile)).Json();
        Assert.Matches("^[0-9a-f]{64}$", replay.GetProperty("outputs")[0].GetProperty("digest").GetString());
        Assert.All(replay.GetProperty("replicas").EnumerateArray(), r => Assert.InRange(r.GetProperty("shareOfTolerance").GetDouble(), 0, 1));
        Assert.Equal(3, replay.GetProperty("replicas").GetArrayLength());
        Assert.InRange(replay.GetProperty("trace").GetProperty("nodes").GetArrayLength(), 100, 1000);
        var beyond = await Programs.RunAsync("market-verifier", "replay", job, "6", "--data", stranger, "--deployment", fixture.Devnet.DeploymentFile);
        Assert.Contains("Task 6 is asked for, expected 0 to 5", beyond.Error, StringComparison.Ordinal);
        var without = await Programs.RunAsync("market-verifier", "replay", job, "2", "--referee", fixture.Files, "--data", stranger, "--deployment", fixture.Devnet.DeploymentFile);
        Assert.Contains("install the npm package", without.Error, StringComparison.Ordinal);

        var late = await Programs.MarketAsync(["job", "challenge", job, "--seat", "0", "--task", "1", "--yes", .. fixture.AsRequester]);
        Assert.Contains("expected one with a verdict that can still be contested", late.Error, StringComparison.Ordinal);

        await Task.WhenAll(fixture.Providers.Select(provider => fixture.KillAndStartAsync(provider, TestContext.Current.CancellationToken)));

        var later = Path.Combine(fixture.Files, "later");
        var checkedLater = (await Programs.RunAsync("market-verifier", "check", job, "--json", "--data", later, "--deployment", fixture.Devnet.DeploymentFile)).Json();
        Assert.True(checkedLater.GetProperty("same").GetBoolean());

        var listed = (await Programs.MarketAsync(["job", "list", "--json", .. fixture.AsRequester])).Json();
        Assert.Contains(listed.EnumerateArray(), j => j.GetProperty("job").GetString() == job && j.GetProperty("state").GetString() == "final");
        var watched = (await Programs.MarketAsync(["job", "watch", job[..12], "--json", .. fixture.AsRequester])).Json();
        Assert.Equal(job, watched.GetProperty("job").GetString());
    }

    [Fact]
    public async Task A_model_is_registered_and_its_job_runs_what_was_registered_within_the_measured_tolerance()
    {
        var inputs = fixture.WriteInputs("samples", [1, 3, 48, 192], 2);
        var registered = Path.Combine(fixture.Files, "registered");
        string[] register = ["model", "register", DevnetFixture.Model("ch_ppocr_mobile_v2.0_cls_infer.onnx"), "--out", registered];
        var answer = (await Programs.MarketAsync([.. register, inputs, "--json"])).Json();
        var (path, report) = (answer.GetProperty("path").GetString()!, answer.GetProperty("report"));
        Assert.Equal(answer.GetProperty("digest").GetString() + ".json", Path.GetFileName(path));
        Assert.Equal(7, report.GetProperty("classes").GetArrayLength());
        Assert.Equal((2, 2), (report.GetProperty("samples").GetProperty("count").GetInt32(), report.GetProperty("roundedCaught").GetInt32()));
        Assert.False(report.GetProperty("samples").TryGetProperty("seed", out _));

        var submitted = (await Programs.MarketAsync(["job", "submit", path, inputs, "--yes", "--json", .. fixture.AsRequester])).Json();
        Assert.Equal("final", submitted.GetProperty("state").GetString());
        Assert.All(submitted.GetProperty("replicas").EnumerateArray(), r => Assert.True(r.GetProperty("accepted").GetBoolean()));
        Assert.InRange(submitted.GetProperty("largestDistance").GetProperty("shareOfTolerance").GetDouble(), 0, 1);

        await RefusedAsync("expected None, Basic or Extended", [.. register, "--optimization", "All"]);
        await RefusedAsync("--samples is 0", [.. register, "--samples", "0"]);
        await RefusedAsync("rank 2 [48, 192], expected x", [.. register, fixture.WriteInputs("flat-samples", [48, 192], 1)]);
        await RefusedAsync("no report of 'market model register'", ["job", "submit", fixture.Devnet.DeploymentFile, inputs, "--yes", .. fixture.AsRequester]);
        var model = Assert.Single(Directory.GetFiles(registered, "*.onnx"));
        File.WriteAllBytes(model, new byte[new FileInfo(model).Length]);
        await RefusedAsync("has another digest", ["job", "submit", path, inputs, "--yes", .. fixture.AsRequester]);
        File.Delete(model);
        await RefusedAsync("is missing: it lies beside the report", ["job", "submit", path, inputs, "--yes", .. fixture.AsRequester]);
    }

    [Fact]
    public async Task Nodes_stakes_and_wallets_can_be_looked_at()
    {
        var peers = (await Programs.MarketAsync(["peers", "--json", .. fixture.AsRequester])).Json();
        Assert.Equal(4, peers.GetArrayLength());
        Assert.All(peers.EnumerateArray(), p => Assert.True(p.GetProperty("milliseconds").GetDouble() > 0));
        Assert.Equal(3, peers.EnumerateArray().Count(p => p.TryGetProperty("profile", out var profile) && profile.GetProperty("cores").GetInt32() == 1));
        var stakes = (await Programs.MarketAsync(["stake", "show", "--json", .. fixture.AsRequester])).Json();
        Assert.Equal(["provider", "provider", "provider", "verifier"], stakes.EnumerateArray().Select(s => s.GetProperty("role").GetString()!).Order());
        var wallet = (await Programs.MarketAsync(["wallet", "show", "--json", .. fixture.AsRequester])).Json();
        Assert.Equal(fixture.Devnet.Requester.Key.Address.ToString(), wallet.GetProperty("address").GetString());
    }

    [Fact]
    public async Task A_new_wallet_bonds_earned_tokens_and_begins_to_unbond_them()
    {
        var owner = fixture.Devnet.Nodes.Values.First(n => n.Role == Chain.State.StakeRole.Provider);
        string[] asOwner = ["--data", owner.Owner.Folder, "--deployment", fixture.Devnet.DeploymentFile, "--password-file", fixture.Devnet.PasswordFile];
        var unbonded = (await Programs.MarketAsync(["stake", "withdraw", "5", "--json", .. asOwner])).Json();
        Assert.Equal("5000000000", unbonded.GetProperty("unbonding").GetString());
        var early = await Programs.MarketAsync(["stake", "withdraw", .. asOwner]);
        Assert.True(early.Code == 0 || early.Error.Contains("Nothing is due before", StringComparison.Ordinal), early.Error);

        var fresh = Path.Combine(fixture.Files, "fresh");
        string[] asFresh = ["--data", fresh, "--password-file", fixture.Devnet.PasswordFile];
        var made = (await Programs.MarketAsync(["wallet", "new", "--json", .. asFresh])).Json();
        var again = await Programs.MarketAsync(["wallet", "new", .. asFresh]);
        Assert.Contains("never overwritten", again.Error, StringComparison.Ordinal);
        Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(made.GetProperty("keystore").GetString()!), 8));
        var poor = await Programs.MarketAsync(["stake", "deposit", "1", "--deployment", fixture.Devnet.DeploymentFile, .. asFresh]);
        Assert.Contains("holds 0 tokens, expected at least 1", poor.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_what_was_found_and_expected()
    {
        var model = DevnetFixture.Model("ch_ppocr_mobile_v2.0_cls_infer.onnx");
        var good = fixture.WriteInputs("right", [1, 3, 48, 192], Tasks);
        await RefusedAsync("rank 2 [48, 192], expected x", ["job", "submit", model, fixture.WriteInputs("flat", [48, 192], Tasks), "--yes", .. fixture.AsRequester]);
        await RefusedAsync("No model", ["job", "submit", "/nowhere.onnx", good, "--yes", .. fixture.AsRequester]);
        await RefusedAsync("no ONNX", ["job", "submit", fixture.Devnet.PasswordFile, good, "--yes", .. fixture.AsRequester]);
        await RefusedAsync("Nothing was posted: not confirmed", ["job", "submit", model, good, .. fixture.AsRequester]);
        await RefusedAsync("--reward is 'much'", ["job", "submit", model, good, "--reward", "much", .. fixture.AsRequester]);
        await RefusedAsync("tokens, expected at least", ["job", "submit", model, good, "--verifier-fee", "900000", "--yes", .. fixture.AsRequester]);
        await RefusedAsync("--region is 'germany'", ["provider", "run", "--region", "germany", .. fixture.AsRequester]);
        await RefusedAsync("No job '0xabcdef'", ["job", "watch", "0xabcdef", .. fixture.AsRequester]);
        await RefusedAsync("No deployment file", ["job", "list", "--data", fixture.Files]);
        await RefusedAsync("127.0.0.1:9", ["job", "list", "--rpc", "http://127.0.0.1:9", .. fixture.AsRequester]);

        var wrong = Path.Combine(fixture.Files, "wrong-password");
        await File.WriteAllTextAsync(wrong, "guess", TestContext.Current.CancellationToken);
        await RefusedAsync("password", ["wallet", "show", "--data", fixture.Devnet.Requester.Folder, "--deployment", fixture.Devnet.DeploymentFile, "--password-file", wrong]);

        var config = Path.Combine(fixture.Files, "config.json");
        await File.WriteAllTextAsync(config, """{"rcp":"ws://localhost"}""", TestContext.Current.CancellationToken);
        await RefusedAsync("unknown key 'rcp'", ["job", "list", "--config", config, .. fixture.AsRequester]);

        var other = Path.Combine(fixture.Files, "other-chain.json");
        (fixture.Devnet.Deployment with { ChainId = 1 }).Save(other);
        await RefusedAsync("serves chain 31337, expected chain 1", ["job", "list", "--data", fixture.Files, "--deployment", other]);
        (fixture.Devnet.Deployment with { Market = fixture.Devnet.Requester.Key.Address }).Save(other);
        await RefusedAsync("No contract at", ["job", "list", "--data", fixture.Files, "--deployment", other]);
    }

    private static async Task RefusedAsync(string message, string[] arguments)
    {
        var refused = await Programs.MarketAsync(arguments);
        Assert.True(refused.Code is 1 or 2 && refused.Error.ReplaceLineEndings(" ").Contains(message, StringComparison.Ordinal), $"Expected '{message}', found code {refused.Code}:\n{refused.Error}");
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }
}
