using Market.Content.Exchange;
using Market.Content.Storage;
using Market.Jobs.Packaging;
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

namespace Market.Jobs.Tests.Packaging;

/// <summary>The head of a job against its model and inputs: an untrue one would convict whoever executes.</summary>
public sealed class JobDataTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-head-").FullName;
    private readonly Identity _identity = Identity.GenerateSecp256k1();
    private BlobStore _store = null!;
    private Node _node = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = BlobStore.Open(new BlobStoreOptions(Path.Combine(_folder, "blobs"), 1 << 24));
        _node = await Node.StartAsync(new NodeOptions(_identity), Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _identity.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_untrue_model_or_input_and_another_tolerance_are_refused_by_name()
    {
        var package = await PackageAsync(TinyModel.Chain(2), Inputs("x"));
        var (head, other) = (await HeadAsync(package), new Bytes32([.. Enumerable.Repeat((byte)9, 32)]));
        await (await FetchAsync(package, head)).CheckHeadAsync(Stop);
        Assert.Contains("names the model", await RefusedAsync(package, head with { Model = new ModelRoot(other) }), StringComparison.Ordinal);
        Assert.Contains("names the inputs", await RefusedAsync(package, head with { Inputs = other }), StringComparison.Ordinal);
        Assert.Contains("the tolerance", await RefusedAsync(package, head with { Tolerance = Tolerance.Exact }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_head_is_refused()
    {
        var package = await PackageAsync(TinyModel.Chain(2), Inputs("x"));
        var blob = await _store.AddAsync("no head"u8.ToArray(), Stop);
        var e = await Assert.ThrowsAsync<JobException>(() => FetchAsync(package, new ContentDigest(blob.Id.DigestBytes())));
        Assert.Contains("110 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_with_sequences_and_a_task_that_overrides_a_weight_get_a_head_without_model()
    {
        Assert.Null((await HeadAsync(await PackageAsync(TinyModel.Sequence(), Inputs("x")))).Model);
        Assert.Null((await HeadAsync(await PackageAsync(TinyModel.Chain(2), Inputs("x", "weight")))).Model);
        var data = await FetchAsync(await PackageAsync(TinyModel.Sequence(), Inputs("x")), null);
        await data.CheckHeadAsync(Stop);
        await Assert.ThrowsAsync<OnnxModelException>(() => data.ReadModelAsync(Stop));
    }

    [Fact]
    public async Task A_model_that_is_read_elsewhere_gets_the_same_head_and_is_not_read_here()
    {
        var model = TinyModel.Chain(2);
        var package = await PackageAsync(model, Inputs("x"));
        Assert.Equal(package.Id, (await PackageAsync(model, Inputs("x"), TraceableModel.Read(model))).Id);
        Assert.Null((await PackageAsync(model, Inputs("x"), null)).Model);
    }

    private static TensorMap[] Inputs(params string[] names) =>
        [.. Enumerable.Range(0, 3).Select(task => ModelFolder.Inputs([.. names.Select(name => (name, new Tensor(ElementType.Float, [1], BitConverter.GetBytes(1f + task))))]))];

    private static Market.Protocol.Bundles.ResourceLimits Limits => new(1L << 30, 10_000, 1 << 20);

    private static RuntimeTerms Runtime => new(DeterminismClass.Of(SessionSettings.Default).RuntimeVersion, []);

    private async Task<JobPackage> PackageAsync(byte[] model, TensorMap[] inputs) =>
        await JobPackage.CreateAsync(_store, await WriteAsync(model), inputs, ["y"], Tolerance.Default, Limits, Runtime, Stop);

    private async Task<JobPackage> PackageAsync(byte[] model, TensorMap[] inputs, TraceableModel? read) =>
        await JobPackage.CreateAsync(_store, await WriteAsync(model), inputs, ["y"], Tolerance.Default, Limits, Runtime, _ => Task.FromResult(read), Stop);

    private async Task<string> WriteAsync(byte[] model)
    {
        var path = Path.Combine(_folder, "model.onnx");
        await File.WriteAllBytesAsync(path, model, Stop);
        return path;
    }

    private async Task<BundleHead> HeadAsync(JobPackage package) => BundleHead.Read(await _store.ReadAsync(package.Id, BundleHead.Size, Stop));

    private async Task<string> RefusedAsync(JobPackage package, BundleHead head) =>
        (await Assert.ThrowsAsync<JobException>(async () => await (await FetchAsync(package, head)).CheckHeadAsync(Stop))).Message;

    private async Task<JobData> FetchAsync(JobPackage package, BundleHead? head)
    {
        if (head is not null)
        {
            await _store.AddAsync(head.ToBytes(), Stop);
        }

        return await FetchAsync(package, head?.Digest() ?? new ContentDigest(package.Id.DigestBytes()));
    }

    private Task<JobData> FetchAsync(JobPackage package, ContentDigest bundle) => JobData.FetchAsync(
        new JobSpec
        {
            Bundle = bundle, Tasks = 3, Replicas = 1, Reward = Units.FromTokens(1), VerifierFee = Units.Zero, Cover = Units.Zero,
            Check = new BasisPoints(2000), Audit = default, BundleBytes = package.TotalBytes, OutputBytes = 1 << 20, Terms = 1,
        },
        "test", _store, new BlobFetcher(_node, _store, new FetchOptions()), [], Stop);
}
