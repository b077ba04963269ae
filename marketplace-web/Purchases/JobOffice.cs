using Market.Apps;
using Market.Content;
using Market.Jobs;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Requests;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Web.Hosting;
using Market.Web.Outputs;
using Market.Web.Uploads;

namespace Market.Web.Purchases;

/// <summary>Makes jobs of uploaded files: reads them with an app, runs the first task in a confined worker, and stores what providers will fetch.</summary>
/// <param name="host">Offers the data.</param>
/// <param name="results">Has the outputs of earlier steps.</param>
/// <param name="watch">Knows the market.</param>
/// <param name="models">Where the models are that apps bring along.</param>
internal sealed class JobOffice(JobHost host, OutputShelf results, MarketWatch watch, AppModels models) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>One at a time: a trial takes cores and memory, and the steps of a purchase share a folder.</summary>
    private readonly SemaphoreSlim _turns = new(1);
    private readonly SemaphoreSlim _pictures = new(2);

    /// <summary>Prepares the job of a session: the first step of its app, or the one after its earlier jobs.</summary>
    /// <returns>The job, whose data is offered already.</returns>
    /// <exception cref="AppException">The files make no job; all findings, file by file.</exception>
    public async Task<PreparedJob> PrepareAsync(App app, UploadSession session, CancellationToken cancellationToken)
    {
        var peer = await PeerAsync(cancellationToken);
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => PackAsync(app, session, peer, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is JobException or WorkerException or OnnxModelException or TensorException or ContentException or IOException)
        {
            throw new AppException(e.Message.Replace(host.Uploads, "", StringComparison.Ordinal));
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Reads a judged job's outputs with the app that made it: the next step, if there is one, else the report.</summary>
    /// <param name="job">What is kept of the job.</param>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AppException">The outputs are not to be had, or not those of the app's model.</exception>
    public async Task<(AppStep? Next, AppReport? Report)> ReadAsync(HostedJob job, string id, CancellationToken cancellationToken)
    {
        var app = App.Find(job.App) ?? throw new AppException($"There is no app '{job.App}' any more.");
        var outputs = await results.ReadAllAsync([.. job.Earlier, id], cancellationToken);
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                async () => await app.ContinueAsync(InputOf(job), outputs, cancellationToken) is { } next ? (next, null) : ((AppStep?)null, (AppReport?)await app.ReadAsync(InputOf(job), outputs, cancellationToken)),
                cancellationToken);
        }
        catch (IOException)
        {
            throw new AppException("The files of this purchase are no longer here.");
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Where a picture of a purchase's file lies, for its owner to look at; null if there is none, or no longer.</summary>
    public async Task<string?> ShowAsync(HostedJob job, int file, CancellationToken cancellationToken)
    {
        await _pictures.WaitAsync(cancellationToken);
        try
        {
            return App.Find(job.App) is { } app ? await app.ShowAsync(InputOf(job), file, cancellationToken) : null;
        }
        catch (Exception e) when (e is AppException or WorkerException or IOException)
        {
            return null; // boxes and text are shown without it
        }
        finally
        {
            _pictures.Release();
        }
    }

    public void Dispose()
    {
        _turns.Dispose();
        _pictures.Dispose();
    }

    /// <summary>This server's node, which is connected some seconds after the server's start.</summary>
    private async Task<PeerNode> PeerAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await watch.UntilAsync(() => Task.FromResult(watch.Peer), cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new AppException("This server's node is not connected now. Try again in a moment.");
        }
    }

    private AppInput InputOf(HostedJob job) => InputOf(Path.Combine(host.Uploads, job.Token), job.Names, job.Settings);

    private AppInput InputOf(string folder, IEnumerable<KeyValuePair<int, string>> names, IReadOnlyDictionary<string, string> settings) => new()
    {
        Files = [.. names.OrderBy(n => n.Key).Select(n => new AppFile(n.Value, Path.Combine(folder, $"{n.Key}")))],
        Work = Path.Combine(folder, "work"),
        Models = models.Folder,
        Settings = settings,
    };

    private async Task<PreparedJob> PackAsync(App app, UploadSession session, PeerNode peer, CancellationToken cancellationToken)
    {
        var purchase = session.Purchase;
        var names = session.Files.ToDictionary(f => f.Number, f => f.Name);
        var input = InputOf(Path.Combine(host.Uploads, session.Token), names, purchase.Settings);
        var step = await StepAsync(app, input, purchase.Earlier, cancellationToken);
        var trial = await TrialRun.RunAsync(step.Model, step.Tasks[0], cancellationToken);
        var sizes = Enumerable.Range(0, step.Tasks.Count).Select(i => new FileInfo(step.Tasks.PathOf(i)).Length).ToList();
        var order = new JobOrder();
        var limits = trial.Limits(new FileInfo(step.Model).Length, sizes.Max(), sizes[0]);
        var package = await JobPackage.CreateAsync(peer.Store, step.Model, step.Tasks, trial.Outputs, order.Tolerance, limits, order.Runtime, step.ReadModelAsync, cancellationToken);
        var bundle = order.ToSpec(package, peer.Deployment.Terms).Bundle.ToString();
        var hosted = new HostedJob(
            bundle, [.. package.Blobs.Distinct().Select(b => b.ToString())], app.Id, session.Token, names, new Dictionary<string, string>(purchase.Settings),
            purchase.Earlier, (long)peer.Follower.State.Time, Posted: false);
        host.Add(peer, hosted);
        return await JobHost.IsWholeAsync(peer, hosted, cancellationToken)
            ? new PreparedJob(step.Title, package, trial, hosted)
            : throw new AppException("This server's store is too full to keep the job's data. Try again later.");
    }

    private async Task<AppStep> StepAsync(App app, AppInput input, IReadOnlyList<string> earlier, CancellationToken cancellationToken)
    {
        if (earlier.Count > 0)
        {
            return await app.ContinueAsync(input, await results.ReadAllAsync(earlier, cancellationToken), cancellationToken)
                ?? throw new AppException($"{app.Title} has no further step.");
        }

        if (Directory.Exists(input.Work))
        {
            Directory.Delete(input.Work, recursive: true);
        }

        Directory.CreateDirectory(input.Work);
        return await app.PrepareAsync(input, cancellationToken);
    }
}
