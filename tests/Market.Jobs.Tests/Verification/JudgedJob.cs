using Market.Content.Exchange;
using Market.Content.Storage;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Libp2p;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Execution;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Jobs.Tests.Verification;

/// <summary>A job of a tiny model that doubles its inputs, with replicas by honest and tampering providers.</summary>
internal sealed class JudgedJob : IAsyncDisposable
{
    public const int Tasks = 12;
    private readonly string _folder;
    private readonly BlobStore _store;
    private readonly Node _node;
    private readonly Identity _identity;
    private readonly JobData _data;
    private readonly IExecutor _executor;
    private readonly List<Replica> _replicas = [];

    private JudgedJob(string folder, BlobStore store, Node node, Identity identity, JobData data, IExecutor executor) =>
        (_folder, _store, _node, _identity, _data, _executor) = (folder, store, node, identity, data, executor);

    public static Tensor TensorOf(float[] values) => new(ElementType.Float, [values.Length], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <param name="scale">What inputs, and so outputs, are multiplied by.</param>
    /// <param name="only">The only class that the job allows; none for all.</param>
    public static async Task<JudgedJob> CreateAsync(float scale = 1, DeterminismClassId? only = null)
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("market-judge-").FullName;
        var model = Path.Combine(folder, "model.onnx");
        await File.WriteAllBytesAsync(model, TinyModel.Double(), stop);
        var store = BlobStore.Open(new BlobStoreOptions(Path.Combine(folder, "blobs"), 1 << 28));
        var inputs = Enumerable.Range(0, Tasks).Select(task =>
        {
            TensorMap map = [KeyValuePair.Create("x", TensorOf([.. Enumerable.Range(1, 50).Select(i => scale * (i + task))]))];
            return map;
        }).ToList();
        var runtime = new RuntimeTerms(DeterminismClass.Of(SessionSettings.Default).RuntimeVersion, only is { } one ? [one] : []);
        var package = await JobPackage.CreateAsync(store, model, inputs, ["y"], Tolerance.Default, new Market.Protocol.Bundles.ResourceLimits(1L << 30, 10_000, 1 << 20), runtime, stop);
        var spec = new JobSpec
        {
            Bundle = new ContentDigest(package.Id.DigestBytes()), Tasks = Tasks, Replicas = 3, Reward = Units.FromTokens(1), VerifierFee = Units.Zero, Cover = Units.Zero,
            Check = new BasisPoints(1000), Audit = default, BundleBytes = package.TotalBytes, OutputBytes = 1 << 20, Terms = 1,
        };
        var identity = Identity.GenerateSecp256k1();
        var node = await Node.StartAsync(new NodeOptions(identity), stop);
        var data = await JobData.FetchAsync(spec, "test", store, new BlobFetcher(node, store, new FetchOptions()), [], stop);
        var executor = await WorkerExecutor.StartAsync(data, await data.ExportModelAsync(Path.Combine(folder, "models"), stop), SessionSettings.Default, 1, stop);
        return new JudgedJob(folder, store, node, identity, data, executor);
    }

    /// <summary>Adds a replica by a provider that changes outputs; null for an honest one.</summary>
    public async Task<JudgedJob> WithAsync(Func<int, float[], float[]>? change)
    {
        var executor = change is null ? _executor : new Tampering(_executor, change);
        var manifest = await ReplicaRun.ExecuteAsync(_data, executor, _store, "test", null, TestContext.Current.CancellationToken);
        return With(manifest.Root, new ReplicaOutputs(manifest, _store), false);
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
        var swapped = new ResultManifest([.. honest.Entries.Select((e, i) => e with { Outputs = honest.Entries[(i + 1) % Tasks].Outputs })]);
        return With(swapped.Root, new ReplicaOutputs(swapped, _store), false);
    }

    public async Task<Judgement> JudgeAsync(params int[] drawn) =>
        await new Judge(_data, ModelReader.Read(Path.Combine(_folder, "model.onnx")), _executor, new byte[32]).RunAsync(_replicas, [.. drawn], TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _executor.DisposeAsync();
        await _node.DisposeAsync();
        _identity.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
