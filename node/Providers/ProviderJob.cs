using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Content;
using Market.Ethereum;
using Market.Jobs;
using Market.Jobs.Disputes;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Proofs;
using Market.Jobs.Results;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Protocol.Draws;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Node.Providers;

/// <summary>One job from a provider's side: consider, fetch, claim, execute, commit, reveal, serve, finalize.</summary>
/// <remarks>Every step looks at the chain and the journal first, so that a restart runs the same steps and skips what is done.</remarks>
internal sealed partial class ProviderJob(PeerNode peer, ProviderJournal journal, ProviderOptions options, TracedModels traced, SemaphoreSlim free, JobId id)
{
    /// <summary>How long others have the chance to move a job on first, by seat.</summary>
    private const ulong SecondsPerSeat = 3;

    private ModelDescription? _model;
    private RunningReplica? _running;

    private JobRecord Job => peer.Follower.State.Job(id) ?? throw new JobException($"Job {id} is no longer on chain.");

    private uint StakeId => peer.Stake?.Id ?? throw new JobException($"{peer.Account.Address} acts for no stake.");

    private string Name => $"job {PeerNode.Short(Job)}";

    /// <summary>Runs it to its end; returns why it was not taken, if it was not.</summary>
    public async Task<Refusal?> RunAsync(CancellationToken cancellationToken)
    {
        var (result, declined) = await WorkAsync(cancellationToken).ConfigureAwait(false);
        if (result is null)
        {
            return declined;
        }

        await DeliverAsync(result, committed: false, cancellationToken).ConfigureAwait(false);
        peer.Log($"{Name}: {Job.State}");
        peer.Store.Unpin(PeerNode.Holder(Job));
        return null;
    }

    /// <summary>All that needs a core. Committed to, the job needs none any more: the next one may begin while this one waits for others.</summary>
    private async Task<(JournaledResult? Result, Refusal? Declined)> WorkAsync(CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Job.SeatOf(StakeId) is null && Consider(Job) is { } refusal)
            {
                return (null, Refuse(refusal));
            }

            var taken = await TakeAsync(cancellationToken).ConfigureAwait(false);
            await (taken.Result is { } result ? DeliverAsync(result, committed: true, cancellationToken) : Task.CompletedTask).ConfigureAwait(false);
            return taken;
        }
        finally
        {
            _running?.Dispose();
            free.Release();
        }
    }

    /// <summary>What can be judged from the chain alone.</summary>
    private Refusal? Consider(JobRecord job)
    {
        var spec = job.Spec.ToRules();
        var needed = JobStake.Of(spec);
        var (stake, wanted) = (peer.Stake, options.LeastRewardBy(journal));
        return stake is null || stake.Amount < needed.Backing.Value || stake.Free < needed.Lock.Value
                ? new Refusal(RefusalReason.TooLittleStake, $"{new Units(stake?.Amount ?? 0)} bonded and {new Units(stake?.Free ?? 0)} free, {needed.Backing} and {needed.Lock} needed")
            : stake.ActiveFrom >= job.PostedBlock
                ? new Refusal(RefusalReason.TooLittleStake, $"the stake counts after block {stake.ActiveFrom}, the job was posted in block {job.PostedBlock}")
            : spec.Reward < wanted
                ? new Refusal(RefusalReason.PriceTooLow, $"{spec.Reward} offered, at least {wanted} wanted")
            : spec.BundleBytes > options.MostBundleBytes || spec.OutputBytes > options.MostOutputBytes
                ? new Refusal(RefusalReason.TooLarge, $"{spec.BundleBytes} bytes in and {spec.OutputBytes} out, at most {options.MostBundleBytes} and {options.MostOutputBytes} taken")
            : null;
    }

    private Refusal Refuse(Refusal refusal)
    {
        journal.Note(id, refusal);
        peer.Log($"{Name}: not taken. {refusal}");
        return refusal;
    }

    /// <summary>Gets a seat and the result for it, or says why not.</summary>
    private async Task<(JournaledResult? Result, Refusal? Declined)> TakeAsync(CancellationToken cancellationToken)
    {
        if (Journaled() is { } done)
        {
            await peer.FetchJobAsync(Job, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            return (done, null);
        }

        // Nobody waits for data, or for a first task, longer than the time in which it could still be of use.
        using var useful = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var patience = TimeSpan.FromSeconds(Job.Terms.ClaimWindow);
        try
        {
            var data = await peer.FetchJobAsync(Job, patience, cancellationToken).ConfigureAwait(false);
            useful.CancelAfter(patience);
            var executor = await StartAsync(data, useful.Token).ConfigureAwait(false);
            await using var _ = executor.ConfigureAwait(false);
            if (Job.SeatOf(StakeId) is null)
            {
                await CheckProvableAsync(data, useful.Token).ConfigureAwait(false);
                var (needed, refusal) = CheckTolerance(data) is { } strict ? (TimeSpan.Zero, strict) : await TryFirstTaskAsync(data, executor, useful.Token).ConfigureAwait(false);
                refusal ??= await ClaimAsync(IsShort(needed) ? () => RunTasksAsync(data, executor, cancellationToken) : null, executor, cancellationToken).ConfigureAwait(false);
                if (refusal is not null)
                {
                    return (null, Refuse(refusal));
                }
            }

            return (Journaled() ?? await ExecuteAsync(data, executor, cancellationToken).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, Refuse(new Refusal(RefusalReason.TooLate, $"the first task was not done within {patience.TotalSeconds:0} s")));
        }
        catch (Exception e) when (e is JobException or WorkerException or OnnxModelException or ContentException && Job.SeatOf(StakeId) is null)
        {
            return (null, Refuse(new Refusal(ReasonOf(e), e.Message)));
        }
    }

    private static RefusalReason ReasonOf(Exception trouble) => trouble switch
    {
        ContentException { Reason: ContentReason.NotFetched } => RefusalReason.NotFetched,
        ContentException { Reason: ContentReason.StoreFull or ContentReason.DiskFull } => RefusalReason.TooLarge,
        ContentException or JobException => RefusalReason.UnsoundBundle,
        _ => RefusalReason.UnsoundModel,
    };

    private JournaledResult? Journaled()
    {
        var job = Job;
        return job.SeatOf(StakeId) is { } seat ? journal.Find(id, seat, job.Seats[seat].Attempt) : null;
    }

    private async Task<IExecutor> StartAsync(JobData data, CancellationToken cancellationToken)
    {
        var model = await data.ExportModelAsync(Path.Combine(peer.DataFolder, "models"), cancellationToken).ConfigureAwait(false);
        _model = ModelReader.Read(model);
        return options.Executor is { } start
            ? await start(data, model, cancellationToken).ConfigureAwait(false)
            : await WorkerExecutor.StartAsync(data, model, options.Settings, options.Workers, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckProvableAsync(JobData data, CancellationToken cancellationToken)
    {
        await data.CheckHeadAsync(cancellationToken).ConfigureAwait(false);
        if (data.Head.Model is not null)
        {
            await traced.CheckAsync(data, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A demanded trace is made without optimizations: what was computed with some may end in other last bits.</summary>
    private Refusal? CheckTolerance(JobData data) =>
        data.Head.Model is null || options.Settings.Optimization == OptimizationLevel.None || data.Bundle.Tolerance.IsAtLeast(Protocol.Bundles.Tolerance.Default)
            ? null
            : new Refusal(RefusalReason.WrongClass, $"traces can be demanded, and {data.Bundle.Tolerance} is too little for {options.Settings.Optimization} optimizations");

    private async Task<JournaledResult> ExecuteAsync(JobData data, IExecutor executor, CancellationToken cancellationToken)
    {
        var seat = Job.SeatOf(StakeId) ?? throw new JobException("The seat is lost.");
        var manifest = await RunTasksAsync(data, executor, cancellationToken).ConfigureAwait(false);
        return Keep(Job, seat, executor.Class, manifest);
    }

    private async Task<ResultManifest> RunTasksAsync(JobData data, IExecutor executor, CancellationToken cancellationToken)
    {
        peer.Log($"{Name}: executes {data.Bundle.Tasks} tasks");
        _running = peer.Shelf.Begin(id, data.Bundle.Tasks);
        var manifest = await ReplicaRun.ExecuteAsync(data, executor, peer.Store, PeerNode.Holder(Job), _running, cancellationToken).ConfigureAwait(false);
        peer.Log($"{Name}: executed {data.Bundle.Tasks} tasks, root {manifest.Root}");
        return manifest;
    }

    /// <summary>Journals a result before anything of it is sent; what an earlier process kept for the same seat stays.</summary>
    private JournaledResult Keep(JobRecord job, int seat, DeterminismClassId classId, ResultManifest manifest)
    {
        var (deployment, attempt) = (peer.Deployment, job.Seats[seat].Attempt);
        var salt = SaltDerivation.Derive(peer.Secret(), deployment.ChainId, deployment.Market.ToArray(), id, (byte)seat, attempt);
        var result = new JournaledResult(classId.ToHash(), new Hash256(salt.Value.ToArray()), manifest.ToBytes());
        journal.Keep(id, seat, attempt, result);
        return journal.Find(id, seat, attempt) ?? result;
    }

    /// <summary>Does what the chain waits for from us, block by block, until the result is committed or the job is over.</summary>
    private async Task DeliverAsync(JournaledResult result, bool committed, CancellationToken cancellationToken)
    {
        var manifest = ResultManifest.Read(result.Manifest, (int)Job.Spec.Tasks);
        peer.Shelf.Offer(id, manifest);
        Defence? defence = null;
        Testimony? testimony = null;
        for (var refusals = 0; ;)
        {
            var state = peer.Follower.State;
            var job = Job;
            if (job.IsOver || job.SeatOf(StakeId) is not { } seat || (committed && job.Seats[seat].State != SeatState.Claimed))
            {
                return;
            }

            if (job.IsJudged && options.Referee is { } referee)
            {
                await (defence ??= new Defence(peer, referee, id, seat)).StepAsync(cancellationToken).ConfigureAwait(false);
            }

            if (job.State == JobState.Disputed)
            {
                await (testimony ??= new Testimony(peer, id, seat, manifest, options.Trace)).StepAsync(cancellationToken).ConfigureAwait(false);
            }

            if (await NextCallAsync(job, seat, result, manifest, cancellationToken).ConfigureAwait(false) is { } next)
            {
                refusals += await TryAsync($"{next.Intent}:{id}:{seat}:{job.Seats[seat].Attempt}:{refusals}", next.Call, cancellationToken).ConfigureAwait(false) ? 0 : 1;
            }
            else
            {
                await peer.KeepAsync(job, state.Time - (ulong)seat * SecondsPerSeat, cancellationToken).ConfigureAwait(false);
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(string Intent, byte[] Call)?> NextCallAsync(
        JobRecord job, int seat, JournaledResult result, ResultManifest manifest, CancellationToken cancellationToken)
    {
        var (mine, root) = (job.Seats[seat], manifest.Root.ToHash());
        if (mine.State == SeatState.Claimed && job.Seats.Length == 1)
        {
            return ("submit", MarketCalls.Submit(job.Spec, result.Class, root));
        }

        if (mine.State == SeatState.Claimed)
        {
            if (job.Count(s => s.State == SeatState.Committed) == job.Seats.Length - 1)
            {
                return ("reveal", MarketCalls.CommitAndReveal(job.Spec, (byte)seat, result.Class, root));
            }

            var commitment = await peer.Account.Contract.CommitmentAsync(id, StakeId, result.Class, root, result.Salt, cancellationToken).ConfigureAwait(false);
            return ("commit", MarketCalls.Commit(job.Spec, (byte)seat, commitment));
        }

        if (mine.State == SeatState.Committed && job.State == JobState.Revealing)
        {
            return ("reveal", MarketCalls.Reveal(job.Spec, (byte)seat, result.Class, root, result.Salt));
        }

        if (mine.DemandedTask is { } task)
        {
            var leaf = manifest.Entries[(int)task].Digest;
            Hash256[] path = [.. manifest.ProofOf((int)task).Select(d => new Hash256(d.ToArray()))];
            return ($"leaf:{task}", MarketCalls.AnswerLeaf(job.Spec, (byte)seat, leaf.IsError ? (byte)1 : (byte)0, new Hash256(leaf.Root.ToArray()), path));
        }

        return null;
    }

    private async Task<bool> TryAsync(string key, byte[] call, CancellationToken cancellationToken)
    {
        try
        {
            await peer.Account.SendAsync(key, call, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MarketRefusedException e)
        {
            peer.Log($"{Name}: {key.Split(':')[0]} refused: {e.Message}");
            return false;
        }
    }
}
