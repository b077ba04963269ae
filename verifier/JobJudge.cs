using Market.Chain.State;
using Market.Jobs;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Verification;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Protocol.Draws;
using Market.Protocol.Ids;
using Market.Protocol.Money;
using Market.Protocol.Verdicts;

namespace Market.Verifier;

/// <summary>A judge of one job with all that it asks: the job's data, an executor on this machine, and the canonical referee.</summary>
internal sealed class JobJudge : IAsyncDisposable
{
    private readonly ModelDescription _model;
    private readonly WitnessedModel _witnessed;
    private readonly WorkerExecutor _executor;
    private readonly Referee _referee;

    private readonly BasisPoints _check;

    private JobJudge(JobData data, BasisPoints check, ModelDescription model, WitnessedModel witnessed, WorkerExecutor executor, Referee referee) =>
        (Data, _check, _model, _witnessed, _executor, _referee) = (data, check, model, witnessed, executor, referee);

    public JobData Data { get; }

    /// <summary>The determinism class in which it executes.</summary>
    public DeterminismClassId Class => _executor.Class;

    /// <summary>Fetches the job's data and starts the executor. The referee starts when it is asked.</summary>
    /// <param name="peer">Our node.</param>
    /// <param name="job">The job, with all results on chain.</param>
    /// <param name="verifier">Whose witnesses are made or checked.</param>
    /// <param name="web">The canonical referee's build.</param>
    /// <param name="settings">Session settings of this machine.</param>
    /// <param name="workers">How many tasks to run at a time.</param>
    /// <param name="patience">How long the data is looked for.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<JobJudge> OpenAsync(
        PeerNode peer, JobRecord job, StakeId verifier, WebRuntime web, SessionSettings settings, int workers, TimeSpan patience, CancellationToken cancellationToken)
    {
        var data = await peer.FetchJobAsync(job, patience, cancellationToken).ConfigureAwait(false);
        var path = await data.ExportModelAsync(Path.Combine(peer.DataFolder, "models"), cancellationToken).ConfigureAwait(false);
        var model = ModelReader.Read(path);
        var witnessed = await WitnessedModel.WriteAsync(path, job.Id, verifier, cancellationToken).ConfigureAwait(false);
        try
        {
            var executor = await WorkerExecutor.StartAsync(data, witnessed.Path, settings, workers, cancellationToken, WitnessedModel.RoomBytes).ConfigureAwait(false);
            return new JobJudge(data, job.Check, model, witnessed, executor, new Referee(data, witnessed.Path, web));
        }
        catch
        {
            witnessed.Dispose();
            throw;
        }
    }

    /// <summary>Judges replicas by the tasks that a seed draws.</summary>
    public Task<Judgement> JudgeAsync(IReadOnlyList<Replica> replicas, Seed seed, CancellationToken cancellationToken) =>
        new Judge(Data, _model, _witnessed, _executor, _referee).RunAsync(replicas, Sampling.Draw(seed, Data.Bundle.Tasks, _check), cancellationToken);

    /// <summary>
    /// Why the verifier did not execute a task of which it shows a sample, by our own run and by the canonical referee's; null if it
    /// did, or if that cannot be said.
    /// </summary>
    public async Task<string?> FaultOfAsync(SampleFinding sample, CancellationToken cancellationToken)
    {
        var own = await new Reexecution(Data, _executor, _referee).RunAsync(sample.Task, cancellationToken).ConfigureAwait(false);
        if (own is null || _witnessed.FaultOf(sample.Task, own, sample.Witness) is null)
        {
            return null;
        }

        try
        {
            return _witnessed.FaultOf(sample.Task, await _referee.RunAsync(sample.Task, cancellationToken).ConfigureAwait(false), sample.Witness);
        }
        catch (JobException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _referee.DisposeAsync().ConfigureAwait(false);
        await _executor.DisposeAsync().ConfigureAwait(false);
        _witnessed.Dispose();
    }
}
