using System.Runtime.InteropServices;
using Market.Chain.State;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;

namespace Market.EndToEnd.Tests;

/// <summary>A job of random text lines for PP-OCRv4, packed and posted from this process.</summary>
internal static class TestJob
{
    public const string TextModel = "ch_PP-OCRv4_rec_infer.onnx";

    /// <summary>A small model that says which way up a line is; its only input is x [n, 3, 48, 192].</summary>
    public const string DirectionModel = "ch_ppocr_mobile_v2.0_cls_infer.onnx";

    public static async Task<JobPackage> PackageAsync(PeerNode peer, string model, long[] dims, int tasks, CancellationToken stop)
    {
        var path = DevnetFixture.Model(model);
        var inputs = Inputs(dims, tasks).Select(x => new TensorMap { KeyValuePair.Create("x", x) }).ToList();
        var trial = await TrialRun.RunAsync(path, inputs[0], stop);
        var runtime = new RuntimeTerms(DeterminismClass.Of(SessionSettings.Default).RuntimeVersion, []);
        return await JobPackage.CreateAsync(peer.Store, path, inputs, trial.Outputs, Tolerance.Default, trial.Limits(new FileInfo(path).Length, 1, 1), runtime, stop);
    }

    public static async Task<JobRecord> PostAsync(PeerNode peer, uint? terms, int width, int tasks, CancellationToken stop)
    {
        var package = await PackageAsync(peer, TextModel, [1, 3, 48, width], tasks, stop);
        var requester = new Requester(peer);
        return await requester.PostAsync(package, new JobOrder { Terms = terms }.ToSpec(package, peer.Deployment.Terms), stop);
    }

    /// <summary>Tensors of random numbers, the same in every run.</summary>
    public static IEnumerable<Tensor> Inputs(long[] dims, int tasks)
    {
        var random = new Random(1);
        var count = (int)dims.Aggregate(1L, (n, d) => n * d);
        return Enumerable.Range(0, tasks).Select(_ => new Tensor(
            ElementType.Float, dims, MemoryMarshal.AsBytes(Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1).ToArray().AsSpan()).ToArray()));
    }
}
