using Market.Chain.State;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Verification;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Protocol.Draws;
using Market.Protocol.Ids;

namespace Market.Verifier;

/// <summary>A judge of one job with all that it asks: the job's data, an executor on this machine, and the canonical referee.</summary>
internal sealed class JobJudge : IAsyncDisposable
{
    private readonly ModelDescription _model;
    private readonly WorkerExecutor _executor;
    private readonly Referee _referee;
    private readonly byte[] _secret;

    private JobJudge(JobData data, ModelDescription model, WorkerExecutor executor, Referee referee, byte[] secret) =>
        (Data, _model, _executor, _referee, _secret) = (data, model, executor, referee, secret);

    public JobData Data { get; }

    /// <summary>The determinism class in which it executes.</summary>
    public DeterminismClassId Class => _executor.Class;

    /// <summary>Fetches the job's data and starts the executor. The referee starts when it is asked.</summary>
    /// <param name="peer">Our node.</param>
    /// <param name="job">The job.</param>
    /// <param name="web">The canonical referee's build.</param>
    /// <param name="settings">Session settings of this machine.</param>
    /// <param name="workers">How many tasks to run at a time.</param>
    /// <param name="patience">How long the data is looked for.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<JobJudge> OpenAsync(
        PeerNode peer, JobRecord job, WebRuntime web, SessionSettings settings, int workers, TimeSpan patience, CancellationToken cancellationToken)
    {
        var data = await peer.FetchJobAsync(job, patience, cancellationToken).ConfigureAwait(false);
        var path = await data.ExportModelAsync(Path.Combine(peer.DataFolder, "models"), cancellationToken).ConfigureAwait(false);
        var model = ModelReader.Read(path);
        var executor = await WorkerExecutor.StartAsync(data, path, settings, workers, cancellationToken).ConfigureAwait(false);
        return new JobJudge(data, model, executor, new Referee(data, path, web), peer.Secret());
    }

    /// <summary>Judges replicas by the tasks that a seed draws.</summary>
    public Task<Judgement> JudgeAsync(IReadOnlyList<Replica> replicas, Seed seed, CancellationToken cancellationToken) =>
        new Judge(Data, _model, _executor, _referee, _secret).RunAsync(replicas, Sampling.Draw(seed, Data.Bundle.Tasks, Data.Spec.Check), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _referee.DisposeAsync().ConfigureAwait(false);
        await _executor.DisposeAsync().ConfigureAwait(false);
    }
}
