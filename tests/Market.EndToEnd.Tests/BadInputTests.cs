using System.Net;
using System.Net.Sockets;
using Market.Chain;
using Market.Chain.State;
using Market.Ethereum.Tests.Rpc;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Node.Requests;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Protocol.Jobs;

namespace Market.EndToEnd.Tests;

/// <summary>What people and endpoints get wrong, as the programs' users see it: one sentence that names what was found and expected, and no money moved.</summary>
[Collection(nameof(SharedDevnet))]
public sealed class BadInputTests(DevnetFixture fixture)
{
    private static readonly string Model = DevnetFixture.Model(TestJob.DirectionModel);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_or_inputs_that_do_not_fit_are_refused_before_money_moves()
    {
        var before = await MoneyAsync();
        var good = fixture.WriteInputs("fitting", [1, 3, 48, 192], 1);
        var whole = await File.ReadAllBytesAsync(Model, Stop);
        await RefusedAsync("cut off, damaged or no ONNX file", Submit(Write("half.onnx", whole[..(whole.Length / 2)]), good));
        await RefusedAsync("operators of version 99, expected 1 to 26", Submit(Write("future.onnx", [.. whole, 0x42, 2, 0x10, 99]), good));
        var tensor = TestJob.Inputs([1, 3, 48, 192], 1).Single();
        await RefusedAsync("'y'; expected 'x'", Submit(Model, Write("name.npz", Npz([new("y", tensor)]))));
        await RefusedAsync("type Double, expected Float", Submit(Model, Write("type.npy", NpyFile.Write(new Tensor(ElementType.Double, [1, 3, 48, 192], new byte[3 * 48 * 192 * 8])))));
        await RefusedAsync("has 4 in dimension 1, expected 3", Submit(Model, fixture.WriteInputs("channels", [1, 4, 48, 192], 1)));
        var npy = NpyFile.Write(tensor);
        await RefusedAsync("expected 110592", Submit(Model, Write("short.npy", npy[..^4])));
        await RefusedAsync("no kind of file with tensors", Submit(Model, Write("picture.png", npy)));
        await RefusedAsync("this cover needs, expected at least 3", [.. Submit(Model, good), "--cover", "1000000"]);
        await RefusedAsync("8 replicas found, expected 1 to 7", [.. Submit(Model, good), "--replicas", "8"]);
        await RefusedAsync("--check is 0, expected 0.01 to 100 percent", [.. Submit(Model, good), "--check", "0"]);
        Assert.Equal(before, await MoneyAsync());
    }

    [Fact]
    public async Task An_endpoint_that_is_no_chain_is_named_with_what_it_answered()
    {
        await RefusedByAsync(RawServer.Response("<html><body>Welcome</body></html>", type: "text/html"), "html");
        await RefusedByAsync(RawServer.Response("{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":\"0x7a69\"}"), "another id than 1");
        await RefusedByAsync(RawServer.Response("busy", status: 500), "500");

        async Task RefusedByAsync(byte[] answer, string found)
        {
            await using var server = new RawServer(_ => answer);
            var refused = await RefusedAsync(found, ["job", "list", "--rpc", server.Uri.ToString(), .. fixture.AsRequester]);
            Assert.Contains($"127.0.0.1:{server.Uri.Port}", refused, StringComparison.Ordinal);
            Assert.DoesNotContain("secret-access-key", refused, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_keystore_that_cannot_be_opened_is_left_as_it_is()
    {
        var keystore = await File.ReadAllBytesAsync(Path.Combine(fixture.Devnet.Requester.Folder, "wallet.json"), Stop);
        var half = Write("half.json", keystore[..(keystore.Length / 2)]);
        string[] with = ["wallet", "show", "--deployment", fixture.Devnet.DeploymentFile];
        await RefusedAsync("cut off", [.. with, "--key", half, "--password-file", fixture.Devnet.PasswordFile]);
        await RefusedAsync("No password", [.. with, "--key", half]);
        await RefusedAsync("No password file", [.. with, "--key", half, "--password-file", "/nowhere"]);
        await RefusedAsync("No keystore", [.. with, "--key", "/nowhere.json", "--password-file", fixture.Devnet.PasswordFile]);
        await RefusedAsync("not 0x and 64 hexadecimal digits", ["wallet", "import", "--private-key-file", half, "--key", Path.Combine(fixture.Files, "new.json"), "--password-file", fixture.Devnet.PasswordFile]);
        Assert.Equal(keystore[..(keystore.Length / 2)], await File.ReadAllBytesAsync(half, Stop));
        Assert.False(File.Exists(Path.Combine(fixture.Files, "new.json")));
    }

    [Fact]
    public async Task A_stake_or_node_without_what_it_needs_is_refused()
    {
        await RefusedAsync("A stake of 0.5 tokens is too small, expected at least 1.", ["stake", "deposit", "0.5", .. fixture.AsRequester]);
        await RefusedAsync("0 tokens of stake", ["stake", "withdraw", "5", .. fixture.AsRequester]);
        await RefusedAsync("'-3' is no amount", ["stake", "deposit", .. fixture.AsRequester, "--", "-3"]);
        await RefusedAsync("acts for no stake", ["provider", "run", "--key", Path.Combine(fixture.Devnet.Requester.Folder, "wallet.json"), "--listen", "/ip4/127.0.0.1/tcp/0", .. fixture.AsRequester]);
        await RefusedAsync("is no address, expected for example", ["provider", "run", "--key", Path.Combine(fixture.Devnet.Requester.Folder, "wallet.json"), "--listen", "everywhere", .. fixture.AsRequester]);
    }

    [Fact]
    public async Task A_port_in_use_is_named_by_every_program_that_listens()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await RefusedAsync($"{port}", ["provider", "run", "--key", Path.Combine(fixture.Devnet.Requester.Folder, "wallet.json"), "--listen", $"/ip4/127.0.0.1/tcp/{port}", .. fixture.AsRequester]);
        await RefusedAsync($"Port {port} of 127.0.0.1 is in use", ["devnet", "--port", $"{port}", "--providers", "0", "--verifiers", "0"]);
        var web = await Programs.RunAsync("market-web", "--deployment", fixture.Devnet.DeploymentFile, "--urls", $"http://127.0.0.1:{port}");
        AssertRefused(web, $"127.0.0.1:{port}");
    }

    [Fact]
    public async Task A_command_line_that_cannot_be_meant_is_one_line_on_standard_error()
    {
        await RefusedAsync("Required argument 'model' missing for command: 'submit'.", ["job", "submit", "--json"]);
        await RefusedAsync("Unrecognized command or argument 'nonsense'", ["nonsense", "--json"]);
        await RefusedAsync("--replicas", ["job", "submit", Model, fixture.Files, "--replicas", "three"]);
        await RefusedAsync("has files in it, expected an empty or absent folder", ["devnet", "--port", "0", "--data", fixture.Devnet.Requester.Folder]);
        await RefusedAsync("17 providers and 1 verifiers asked for, expected at most 16 and 8", ["devnet", "--providers", "17"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bundle_with_a_chunk_missing_or_corrupt_is_refused_by_every_provider_and_the_money_comes_back(bool corrupt)
    {
        await using var peer = await fixture.RequesterAsync(Stop);
        var package = await TestJob.PackageAsync(peer, TestJob.DirectionModel, [1, 3, 48, corrupt ? 96 : 64], 3, Stop);
        Damage(Path.Combine(peer.DataFolder, "blobs"), package.Bundle.Inputs![1].Digest.ToString()!, corrupt);
        var credit = await CreditAsync(peer);
        var requester = new Requester(peer);
        var job = await requester.PostAsync(package, new JobOrder { Terms = DevnetFixture.BriefTerms }.ToSpec(package, peer.Deployment.Terms), Stop);
        var refusals = fixture.Providers.Select(p => fixture.Log.WaitAsync(p.Name, PeerNode.Short(job), "not taken", Stop));
        job = await requester.AttendAsync(job.Id, _ => { }, Stop);
        Assert.Equal(JobState.Expired, job.State);
        Assert.All(await Task.WhenAll(refusals), line => Assert.Contains("could not be fetched", line, StringComparison.Ordinal));
        var answer = await PeerAnswer.AskAsync(peer.Node, peer.Follower.State, peer.Follower.State.Stakes.Values.First(s => s.Role == StakeRole.Provider), Stop);
        Assert.NotEqual(0, answer.Status!.Refusals!.GetValueOrDefault(RefusalReason.NotFetched));
        Assert.Equal(job.Spec.ToRules().Escrow().Value, job.Refunded);
        Assert.Equal(Math.Max(credit, job.Refunded), await CreditAsync(peer));
    }

    [Fact]
    public async Task A_job_that_nobody_takes_expires_and_its_money_is_back()
    {
        var before = await MoneyAsync();
        foreach (var provider in fixture.Providers)
        {
            provider.Process!.Kill();
        }

        try
        {
            var inputs = fixture.WriteInputs("lonely", [1, 3, 48, 192], 1);
            var submit = await Programs.MarketAsync([.. Submit(Model, inputs), "--terms", $"{DevnetFixture.BriefTerms}", "--json"]);
            AssertRefused(submit, "expired: 0 results came in time, expected 3. 3.5 tokens are back in your credit", withOutput: true);
            var report = System.Text.Json.JsonDocument.Parse(submit.Output).RootElement;
            Assert.Equal(("expired", "3500000000"), (report.GetProperty("state").GetString(), report.GetProperty("refunded").GetString()));
            AssertRefused(await Programs.MarketAsync(["job", "watch", report.GetProperty("job").GetString()!, .. fixture.AsRequester]), "expired: 0 results", withOutput: true);
            await RefusedAsync("there is no result", ["job", "result", report.GetProperty("job").GetString()!, .. fixture.AsRequester]);
            Assert.Equal(before, await MoneyAsync());
        }
        finally
        {
            await Task.WhenAll(fixture.Providers.Select(p => fixture.KillAndStartAsync(p, Stop)));
        }
    }

    private string[] Submit(string model, string inputs) => ["job", "submit", model, inputs, "--yes", .. fixture.AsRequester];

    /// <summary>What the requester owns: tokens and credit.</summary>
    private async Task<ulong> MoneyAsync()
    {
        var wallet = (await Programs.MarketAsync(["wallet", "show", "--json", .. fixture.AsRequester])).Json();
        return ulong.Parse(wallet.GetProperty("tokens").GetString()!) + ulong.Parse(wallet.GetProperty("credit").GetString()!);
    }

    private static async Task<ulong> CreditAsync(PeerNode peer) => (await peer.Account.Contract.CreditOfAsync(peer.Account.Address, Stop)).Value;

    private static void Damage(string store, string digest, bool corrupt)
    {
        var block = Directory.GetFiles(store, "*", SearchOption.AllDirectories).Single(f => Path.GetFileName(f).Contains(digest[2..], StringComparison.OrdinalIgnoreCase));
        if (corrupt)
        {
            File.WriteAllBytes(block, new byte[new FileInfo(block).Length]);
        }
        else
        {
            File.Delete(block);
        }
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(fixture.Files, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    internal static byte[] Npz(TensorMap tensors)
    {
        using var file = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, tensor) in tensors)
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(NpyFile.Write(tensor));
            }
        }

        return file.ToArray();
    }

    private static async Task<string> RefusedAsync(string message, string[] arguments)
    {
        var refused = await Programs.MarketAsync(arguments);
        AssertRefused(refused, message);
        return refused.Error;
    }

    internal static void AssertRefused(Programs.Finished refused, string message, bool withOutput = false)
    {
        Assert.True(refused.Code is 1 or 2 && refused.Error.ReplaceLineEndings(" ").Contains(message, StringComparison.Ordinal), $"Expected '{message}', found code {refused.Code}:\n{refused.Error}");
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.True(withOutput || refused.Output.Length == 0, refused.Output);
    }
}
