using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Market.Content.Exchange;
using Market.Content.Storage;
using Market.Jobs.Disputes;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Libp2p;
using Market.Onnx.Execution;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Tests.Verification;

/// <summary>A job with replicas by honest and tampering providers, a judge and jurors; of a tiny model that doubles its inputs unless another is given.</summary>
internal sealed class JudgedJob : IAsyncDisposable
{
    public const int Tasks = 12;
    private readonly string _folder;
    private readonly BlobStore _store;
    private readonly Node _node;
    private readonly Identity _identity;
    private readonly JobData _data;
    private readonly string _model;
    private readonly WitnessedModel _witnessed;
    private readonly IExecutor _executor;
    private readonly Referee _referee;
    private readonly List<Replica> _replicas = [];

    private JudgedJob(string folder, BlobStore store, Node node, Identity identity, JobData data, string model, WitnessedModel witnessed, IExecutor executor) =>
        (_folder, _store, _node, _identity, _data, _model, _witnessed, _executor, _referee) =
        (folder, store, node, identity, data, model, witnessed, executor, new Referee(data, witnessed.Path, WebRuntime.Find(Path.Combine(ModelFolder.Models, "../../.."))));

    public static JobId Id { get; } = new(new Bytes32([.. Enumerable.Repeat((byte)7, 32)]));

    /// <summary>Who judges.</summary>
    public static StakeId Verifier { get; } = new(9);

    /// <summary>What drew the verifier's samples.</summary>
    public static Seed Seed { get; } = new(new Bytes32([.. Enumerable.Repeat((byte)1, 32)]));

    /// <summary>The tasks that it draws: a fifth of them.</summary>
    public ImmutableArray<int> Drawn => Verdict([], null).Drawn;

    public static Tensor TensorOf(float[] values) => new(ElementType.Float, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <param name="scale">What inputs, and so outputs, are multiplied by.</param>
    /// <param name="only">The only class that the job allows; none for all.</param>
    public static Task<JudgedJob> CreateAsync(float scale = 1, DeterminismClassId? only = null) => CreateAsync(
        TinyModel.Double(), "y", [.. Enumerable.Range(0, Tasks).Select(task => ModelFolder.Inputs(("x", TensorOf([.. Enumerable.Range(1, 50).Select(i => scale * (i + task))]))))], only: only);

    public static async Task<JudgedJob> CreateAsync(byte[] file, string output, IReadOnlyList<TensorMap> inputs, long milliseconds = 10_000, DeterminismClassId? only = null)
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("market-judge-").FullName;
        var model = Path.Combine(folder, "model.onnx");
        await File.WriteAllBytesAsync(model, file, stop);
        var store = BlobStore.Open(new BlobStoreOptions(Path.Combine(folder, "blobs"), 1 << 28));
        var runtime = new RuntimeTerms(DeterminismClass.Of(SessionSettings.Default).RuntimeVersion, only is { } one ? [one] : []);
        var limits = new Market.Protocol.Bundles.ResourceLimits(1L << 30, milliseconds, 1 << 20);
        var package = await JobPackage.CreateAsync(store, model, inputs, [output], Tolerance.Default, limits, runtime, stop);
        var spec = new JobSpec
        {
            Bundle = new ContentDigest(package.Id.DigestBytes()), Tasks = inputs.Count, Replicas = 3, Reward = Units.FromTokens(1), VerifierFee = Units.Zero, Cover = Units.Zero,
            Check = new BasisPoints(2000), Audit = default, BundleBytes = package.TotalBytes, OutputBytes = 1 << 20, Terms = 1,
        };
        var identity = Identity.GenerateSecp256k1();
        var node = await Node.StartAsync(new NodeOptions(identity), stop);
        var data = await JobData.FetchAsync(spec, "test", store, new BlobFetcher(node, store, new FetchOptions()), [], stop);
        var exported = await data.ExportModelAsync(Path.Combine(folder, "models"), stop);
        var witnessed = await WitnessedModel.WriteAsync(exported, Id, Verifier, stop);
        var executor = await WorkerExecutor.StartAsync(data, witnessed.Path, SessionSettings.Default, 1, stop, WitnessedModel.RoomBytes);
        return new JudgedJob(folder, store, node, identity, data, exported, witnessed, executor);
    }

    /// <summary>Adds a replica by a provider that changes outputs; null for an honest one.</summary>
    public async Task<JudgedJob> WithAsync(Func<int, float[], float[]>? change) =>
        await ExecutedAsync(change is null ? _executor : new Tampering(_executor, change));

    /// <summary>Adds a replica by a provider whose outputs are a number of times the tolerance off.</summary>
    public Task<JudgedJob> WithShareAsync(double share) =>
        WithAsync((_, values) => [.. values.Select(v => (float)(v * (1 + (share * Tolerance.Default.RelativeL2Fraction))))]);

    /// <summary>Adds a replica by a provider that claims one output for every task.</summary>
    public async Task<JudgedJob> WithOutputAsync(Tensor output) =>
        await ExecutedAsync(new Tampering(_executor, completed => completed with { Outputs = [KeyValuePair.Create(completed.Outputs[0].Key, output)] }));

    /// <summary>Adds a replica by an honest provider that lets the runtime rewrite the model.</summary>
    public async Task<JudgedJob> WithOptimizedAsync() => await RunAsync(_model, SessionSettings.Default with { Optimization = OptimizationLevel.All });

    /// <summary>Adds a replica by a provider that rounds the weights to 16 bits.</summary>
    public async Task<JudgedJob> WithRoundedWeightsAsync()
    {
        var rounded = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "rounded")).FullName, "model.onnx");
        await File.WriteAllBytesAsync(rounded, HalfWeights.Of(await File.ReadAllBytesAsync(_model)));
        return await RunAsync(rounded, SessionSettings.Default);
    }

    /// <summary>Adds a replica as the chain and its provider show it.</summary>
    public JudgedJob With(ResultRoot root, ReplicaOutputs? outputs, bool unserved)
    {
        _replicas.Add(new Replica(_replicas.Count, new StakeId((uint)_replicas.Count + 1), _executor.Class, root, outputs, unserved));
        return this;
    }

    /// <summary>A replica whose outputs are not those that its manifest binds.</summary>
    public async Task<JudgedJob> WithSwappedOutputsAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var honest = await ReplicaRun.ExecuteAsync(_data, _executor, _store, "test", null, stop);
        var swapped = new ResultManifest([.. honest.Entries.Select((e, i) => e with { Outputs = honest.Entries[(i + 1) % honest.Entries.Length].Outputs })]);
        return With(swapped.Root, new ReplicaOutputs(swapped, _store), false);
    }

    public Task<Judgement> JudgeAsync(params int[] drawn) => JudgeAsync(_executor, drawn);

    /// <summary>Judges on a machine that gives other outputs than it should, or none.</summary>
    public Task<Judgement> JudgeOnAsync(Func<TaskOutcome.Completed, TaskOutcome> change, params int[] drawn) => JudgeAsync(new Tampering(_executor, change), drawn);

    /// <summary>A juror's vote on some points, where the verdict accepted some seats.</summary>
    public Task<JurorVote> VoteAsync(Evidence? evidence, int[] accepted, params ContestedPoint[] points) =>
        new Juror(Verdict(accepted, evidence), ModelReader.Read(_model), _witnessed, _referee).VoteAsync(points, TestContext.Current.CancellationToken);

    /// <summary>The witness that another verifier, or the same on another kind of machine, makes of a task.</summary>
    public async Task<Witness> WitnessAsync(int task, StakeId verifier, SessionSettings settings)
    {
        var stop = TestContext.Current.CancellationToken;
        using var witnessed = await WitnessedModel.WriteAsync(_model, Id, verifier, stop);
        await using var executor = await WorkerExecutor.StartAsync(_data, witnessed.Path, settings, 1, stop, WitnessedModel.RoomBytes);
        return witnessed.Of(task, (await new Reexecution(_data, executor, _referee).RunAsync(task, stop))!)!;
    }

    /// <summary>The evidence of a verdict that had these tasks executed.</summary>
    public async Task<Evidence> EvidenceAsync(params int[] executed)
    {
        var judgement = await JudgeAsync(executed);
        return new Evidence
        {
            Version = Evidence.CurrentVersion, Chain = 1, Contract = $"0x{new string('1', 40)}", Job = Id, Bundle = _data.Spec.Bundle, Verifier = Verifier,
            DeterminismClass = _executor.Class, Seed = Seed, Tolerance = _data.Bundle.Tolerance, Reference = judgement.Reference, Replicas = judgement.Replicas,
            Samples = [.. judgement.Samples.Where(s => executed.Contains(s.Task))],
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _referee.DisposeAsync();
        await _executor.DisposeAsync();
        await _node.DisposeAsync();
        _identity.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<Judgement> JudgeAsync(IExecutor executor, int[] drawn) =>
        new Judge(_data, ModelReader.Read(_model), _witnessed, executor, _referee).RunAsync(_replicas, [.. drawn], TestContext.Current.CancellationToken);

    private ContestedVerdict Verdict(int[] accepted, Evidence? evidence) => new(
        _data, Id, Seed, _data.Spec.Check, [.. accepted], evidence,
        async (seat, task, stop) => _replicas[seat].Outputs is { } outputs ? await outputs.ReadAsync(task, stop) : null);

    private async Task<JudgedJob> RunAsync(string model, SessionSettings settings)
    {
        await using var executor = await WorkerExecutor.StartAsync(_data, model, settings, 1, TestContext.Current.CancellationToken);
        return await ExecutedAsync(executor);
    }

    private async Task<JudgedJob> ExecutedAsync(IExecutor executor)
    {
        var manifest = await ReplicaRun.ExecuteAsync(_data, executor, _store, "test", null, TestContext.Current.CancellationToken);
        return With(manifest.Root, new ReplicaOutputs(manifest, _store), false);
    }
}
