using System.Runtime.InteropServices;
using System.Text.Json;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Demo.Disputes;
using Market.Ethereum;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Jobs.Proofs;
using Market.Libp2p;
using Market.Node.Devnets;
using Market.Node.Providers;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Protocol.Jobs;

namespace Market.EndToEnd.Tests;

/// <summary>A seat that a careless verifier accepted, contested on a real chain: what a contract makes of it, without a committee.</summary>
public sealed class ProofTests : IAsyncLifetime
{
    // Relu(x · wᵀ + b), reshaped: 3.5 and 0.
    private static readonly float[] Row = [3, 1, 2, 1];
    private readonly string _folder = Directory.CreateTempSubdirectory("market-proof-").FullName;
    private Devnet _devnet = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _devnet = await Devnet.StartAsync(new DevnetOptions { Folder = _folder, Providers = 1, Verifiers = 1, Log = new NodeLog() }, Stop);

    public async ValueTask DisposeAsync()
    {
        await _devnet.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true, true, "is wrong at element")]
    [InlineData(true, false, "is not what the shown trace ends in")]
    [InlineData(false, false, "No operator is off")]
    public async Task A_contract_convicts_a_wrong_operator_and_a_result_that_is_not_the_shown_one_and_nobody_else(bool cheats, bool showsIt, string expected)
    {
        await using var requester = await StartAsync(_devnet.Requester);
        await using var verifier = await StartAsync(Of(StakeRole.Verifier).Node);
        await using var node = await StartAsync(Of(StakeRole.Provider).Node);
        using var stopNode = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var journal = ProviderJournal.Open(Path.Combine(node.DataFolder, "provider.db"));
        var working = new Provider(node, journal, OptionsOf(cheats, showsIt)).RunAsync(stopNode.Token);
        await node.PublishAsync(Keccak256.Hash("profile"u8), Stop);

        var job = await PostAsync(requester);
        var attending = new Requester(requester).AttendAsync(job.Id, _ => { }, stopNode.Token);
        await FalseVerdict.GiveAsync(verifier, job.Id, accepts: true, FalseVerdict.NoEvidence, Stop);
        job = await requester.Follower.WaitAsync(s => s.Job(job.Id) is { State: JobState.Paid }, Stop) is { } state ? state.Job(job.Id)! : job;
        var bond = await requester.Account.Contract.BondOfAsync(job.Spec, 1, 1, Stop);
        await new Requester(requester).ChallengeAsync(job, 0, 0, bond, Stop);
        Assert.Contains(expected, await new Accusation(requester, job.Id, 0).ProveAsync(Stop), StringComparison.Ordinal);

        var point = requester.Follower.State.Job(job.Id)!.Dispute!.Points[0];
        Assert.NotNull(point.Answer);
        Assert.Equal(cheats, point.IsProven);
        if (cheats)
        {
            job = await attending;
            Assert.DoesNotContain(job.History, h => h.Event is MarketEvent.CommitteeCalled);
            Assert.True(requester.Follower.State.Stakes[Of(StakeRole.Provider).Stake].Slashed);
        }

        await stopNode.CancelAsync();
        await Task.WhenAll(working, attending).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private DevnetNode Of(StakeRole role) => _devnet.Nodes.Values.Single(n => n.Role == role);

    private Task<PeerNode> StartAsync(DevnetAccount account) => PeerNode.StartAsync(
        new PeerNodeOptions(_devnet.Deployment, account.Key, account.Folder) { Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] }, Stop);

    /// <summary>A cheat executes weights that are half as large again; what it shows may be that, or what it should have done.</summary>
    private ProviderOptions OptionsOf(bool cheats, bool showsIt) => new()
    {
        Workers = 1,
        Executor = !cheats ? null : async (data, model, stop) =>
        {
            var wrong = Path.Combine(Path.GetDirectoryName(model)!, "wrong.onnx");
            await File.WriteAllBytesAsync(wrong, Scaled(await File.ReadAllBytesAsync(model, stop)), stop);
            return await WorkerExecutor.StartAsync(data, wrong, SessionSettings.Default, 1, stop);
        },
        Trace = !showsIt ? null : (data, task, stop) => TaskTrace.RunAsync(data, JudgedModel.Read(Scaled(Model())), Path.Combine(_folder, "shown"), task, stop),
    };

    private static byte[] Scaled(byte[] file)
    {
        var changed = (byte[])file.Clone();
        var weights = changed.AsSpan(changed.AsSpan().IndexOf(MemoryMarshal.AsBytes<float>([1, -2, 3, -4])), 16);
        foreach (ref var weight in MemoryMarshal.Cast<byte, float>(weights))
        {
            weight *= 1.5f;
        }

        return changed;
    }

    private static byte[] Model()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Checkout.At("tests/vectors/judging/models.json")));
        return Convert.FromHexString(vectors.RootElement.EnumerateArray().First(m => m.GetProperty("name").GetString() == "layer").GetProperty("file").GetString()!);
    }

    private async Task<JobRecord> PostAsync(PeerNode requester)
    {
        var path = Path.Combine(_folder, "layer.onnx");
        await File.WriteAllBytesAsync(path, Model(), Stop);
        TensorMap[] inputs = [.. Enumerable.Range(0, 2).Select(_ => new TensorMap { KeyValuePair.Create("x", new Tensor(ElementType.Float, [1, 4], MemoryMarshal.AsBytes<float>(Row).ToArray())) })];
        var runtime = new RuntimeTerms(DeterminismClass.Of(SessionSettings.Default).RuntimeVersion, []);
        var package = await JobPackage.CreateAsync(requester.Store, path, inputs, ["y"], Tolerance.Default, new Protocol.Bundles.ResourceLimits(1L << 30, 60_000, 1 << 20), runtime, Stop);
        var terms = new Terms(ClaimWindow: 240, RunWindow: 240, RevealWindow: 60, VerdictWindow: 60, LeafWindow: 20, ChallengeWindow: 60, DisputeWindow: 45, Quorum: 1);
        var order = new JobOrder { Replicas = 1, Terms = await RegisteredTerms.OfAsync(requester, terms, Stop) };
        return await new Requester(requester).PostAsync(package, order.ToSpec(package, requester.Deployment.Terms), Stop);
    }
}
