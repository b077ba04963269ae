using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Demo.Cheats;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Node.Devnets;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Protocol.Bundles;
using Market.Protocol.Money;

namespace Market.Demo.Disputes;

/// <summary>One behaviour with parts for several parties, played on a market of its own: two replicas of a job of a small model, of which every task is executed again.</summary>
/// <param name="kind">The behaviour.</param>
/// <param name="at">Of a wrong operator, which.</param>
/// <param name="modules">The folder of npm packages.</param>
/// <param name="tell">Gets each step in plain words.</param>
internal sealed class Play(CheatKind kind, int at, string modules, Action<string> tell)
{
    /// <summary>How many seats the job has.</summary>
    public const int Replicas = 2;

    // As short as a machine allows on which all nodes run.
    private static readonly Terms Windows = new(ClaimWindow: 90, RunWindow: 120, RevealWindow: 60, VerdictWindow: 60, LeafWindow: 20, ChallengeWindow: 35, DisputeWindow: 30, Quorum: 1);

    private readonly Plot _plot = Plot.Of(kind) ?? throw new ArgumentException($"{kind} has no parts for several parties.", nameof(kind));

    /// <summary>Plays it to the end.</summary>
    /// <param name="folder">Where keys, stores and logs go.</param>
    /// <param name="log">Gets every line that the programs write, or null.</param>
    /// <param name="stop">Stops.</param>
    public async Task<PlayedJob> RunAsync(string folder, TextWriter? log, CancellationToken stop)
    {
        var strangers = _plot.Contest == Contest.Griefs ? 1 : 0;
        var devnet = await Devnet.StartAsync(new DevnetOptions { Folder = folder, Providers = Replicas + strangers, Verifiers = _plot.Verifiers, Log = log }, stop).ConfigureAwait(false);
        await using var _ = devnet.ConfigureAwait(false);
        var requester = await PeerNode.StartAsync(new PeerNodeOptions(devnet.Deployment, devnet.Requester.Key, devnet.Requester.Folder), stop).ConfigureAwait(false);
        await using var __ = requester.ConfigureAwait(false);
        var providers = devnet.StakesOf(StakeRole.Provider).Take(Replicas).ToList();
        await Task.WhenAll(providers.Select((stake, i) => devnet.StartNodeAsync(stake, i == 0 ? Program() : null, DevnetOptions.Numerics[i], stop))).ConfigureAwait(false);
        var job = await PostAsync(requester, folder, stop).ConfigureAwait(false);
        tell($"Posted {job.Spec.Tasks} tasks for {Replicas} providers.");
        var story = new DisputeStory(devnet, requester, WebRuntime.Find(modules), _plot, tell);
        var playing = story.RunAsync(job.Id, stop);
        var attending = new Requester(requester).AttendAsync(job.Id, j => tell(JobLine.Of(j)), stop);
        await await Task.WhenAny(playing, attending).ConfigureAwait(false);
        await playing.ConfigureAwait(false);
        job = await attending.ConfigureAwait(false);
        return new PlayedJob(job, requester.Follower.State, providers, CheatsOf(story, providers[0]), _plot.IsRequesters);
    }

    private string[]? Program() => _plot.Provider is null ? null : [Path.Combine(AppContext.BaseDirectory, "market-demo.dll"), "cheat", kind.ToString(), "--at", $"{at}"];

    private IReadOnlyList<uint> CheatsOf(DisputeStory story, uint provider) =>
    [
        .. _plot.Provider is null ? [] : (uint[])[provider],
        .. _plot.Ruling == Ruling.Honest ? [] : (uint[])[story.Judge],
        .. _plot.Contest == Contest.Griefs ? (uint[])[story.Stranger] : [],
        .. story.Liars,
    ];

    private async Task<JobRecord> PostAsync(PeerNode requester, string folder, CancellationToken stop)
    {
        var path = Path.Combine(folder, "small.onnx");
        await File.WriteAllBytesAsync(path, _plot.Job.Model, stop).ConfigureAwait(false);
        var inputs = _plot.Job.Inputs;
        var trial = await TrialRun.RunAsync(path, inputs[0], stop).ConfigureAwait(false);
        var order = new JobOrder
        {
            Replicas = Replicas, Check = new BasisPoints(BasisPoints.Whole), Audit = new BasisPoints(_plot.Ruling == Ruling.Lazy ? BasisPoints.Whole : 0),
            Terms = await RegisteredTerms.OfAsync(requester, Windows, stop).ConfigureAwait(false),
        };
        var package = await JobPackage.CreateAsync(requester.Store, path, inputs, trial.Outputs, Tolerance.Default, trial.Limits(_plot.Job.Model.Length, 1, 1), order.Runtime, stop).ConfigureAwait(false);
        return await new Requester(requester).PostAsync(package, order.ToSpec(package, requester.Deployment.Terms), stop).ConfigureAwait(false);
    }
}
