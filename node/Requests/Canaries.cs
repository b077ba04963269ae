using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Market.Chain;
using Market.Chain.State;
using Market.Content;
using Market.Jobs;
using Market.Jobs.Disputes;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Onnx.Execution;
using Market.Onnx.Files;
using Market.Onnx.Reading;
using Market.Protocol.Jobs;

namespace Market.Node.Requests;

/// <summary>
/// Tasks of one's own job that a requester draws in secret and executes itself: it knows their answers, and nobody else can tell them
/// from the others. A seat that was accepted and fails one is contested, if the canonical referee finds the same.
/// </summary>
/// <remarks>Drawn tasks and answers are on disk, so that a restart goes on with the same. Nothing of it leaves this machine before a challenge.</remarks>
internal sealed class Canaries
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly PeerNode _peer;
    private readonly JobRecord _posted;
    private readonly WebRuntime? _web;
    private readonly string _folder;
    private readonly Plan _plan;

    private Canaries(PeerNode peer, JobRecord posted, WebRuntime? web, string folder, Plan plan) =>
        (_peer, _posted, _web, _folder, _plan) = (peer, posted, web, folder, plan);

    private JobRecord Job => _peer.Follower.State.Job(_posted.Id) ?? throw new JobException($"Job {_posted.Id} is no longer on chain.");

    /// <summary>Draws canaries for a job that was just posted, and remembers them.</summary>
    public static Canaries Draw(PeerNode peer, JobRecord job, int count, bool contests, WebRuntime web)
    {
        int[] tasks = [.. Enumerable.Range(0, (int)job.Spec.Tasks)];
        RandomNumberGenerator.Shuffle(tasks.AsSpan());
        var plan = new Plan([.. tasks.Take(count).Order()], contests);
        var folder = Directory.CreateDirectory(FolderOf(peer, job)).FullName;
        Keep(Path.Combine(folder, "plan.json"), JsonSerializer.SerializeToUtf8Bytes(plan));
        return new Canaries(peer, job, web, folder, plan);
    }

    /// <summary>The canaries of a job that this requester posted before; null if it has none.</summary>
    public static Canaries? Find(PeerNode peer, JobRecord job, WebRuntime? web) =>
        Path.Combine(FolderOf(peer, job), "plan.json") is var path && File.Exists(path)
            ? new Canaries(peer, job, web, Path.GetDirectoryName(path)!, JsonSerializer.Deserialize<Plan>(File.ReadAllBytes(path))!)
            : null;

    /// <summary>Executes what is not executed yet, waits for the verdict, and holds what it accepts against the answers.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            var data = await _peer.FetchJobAsync(_posted, Patience, cancellationToken).ConfigureAwait(false);
            var model = await data.ExportModelAsync(Path.Combine(_peer.DataFolder, "models"), cancellationToken).ConfigureAwait(false);
            var answers = await ExecuteAsync(data, model, cancellationToken).ConfigureAwait(false);
            await _peer.Follower.WaitAsync(s => s.Job(_posted.Id) is null or { IsJudged: true } or { IsOver: true }, cancellationToken).ConfigureAwait(false);
            await CheckAsync(answers, new ResultComparison(data.Bundle, ModelReader.Read(model)), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JobException or ContentException or WorkerException or OnnxModelException or MarketRefusedException)
        {
            _peer.Log($"canaries: {e.Message}");
        }
    }

    private static string FolderOf(PeerNode peer, JobRecord job) => Path.Combine(peer.DataFolder, "canaries", job.Id.ToString());

    private static void Keep(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    private async Task<Dictionary<int, TaskResult>> ExecuteAsync(JobData data, string model, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<int, TaskResult>();
        var executor = await WorkerExecutor.StartAsync(data, model, SessionSettings.Default, 1, cancellationToken).ConfigureAwait(false);
        await using var _ = executor.ConfigureAwait(false);
        if (!data.Bundle.Runtime.Allows(executor.Class))
        {
            throw new JobException($"This machine is of class {executor.Class}, which the job does not allow: its answers say nothing.");
        }

        foreach (var task in _plan.Tasks)
        {
            answers[task] = await AnswerAsync(data, executor, task, cancellationToken).ConfigureAwait(false);
        }

        _peer.Log($"canaries: {answers.Count} tasks are executed here");
        return answers;
    }

    private async Task<TaskResult> AnswerAsync(JobData data, WorkerExecutor executor, int task, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, $"{task}.tensors");
        if (File.Exists(path))
        {
            return TaskResult.Of(TensorFile.Decode(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)));
        }

        var inputs = await data.ReadInputsAsync(task, cancellationToken).ConfigureAwait(false);
        var result = ReplicaRun.ResultOf(task, await executor.RunAsync(task, inputs, cancellationToken).ConfigureAwait(false), data.Bundle);
        if (result.Outputs is { } outputs)
        {
            Keep(path, TensorFile.Encode(outputs));
        }

        return result;
    }

    private async Task CheckAsync(Dictionary<int, TaskResult> answers, ResultComparison comparison, CancellationToken cancellationToken)
    {
        var job = Job;
        foreach (var seat in Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].Outcome == Outcome.Accept))
        {
            if (await FailedAsync(job, seat, answers, comparison, cancellationToken).ConfigureAwait(false) is not { } failed)
            {
                continue;
            }

            _peer.Log($"canaries: seat {seat} (provider {job.Seats[seat].Provider}) was accepted and is wrong at task {failed.Task}: {failed.Distance.InWords}.");
            if (await IsConfirmedAsync(job, seat, failed.Task, cancellationToken).ConfigureAwait(false))
            {
                await ContestAsync(seat, failed.Task, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The first canary that a seat fails; null if it fails none.</summary>
    private async Task<(int Task, PairDistance Distance)?> FailedAsync(
        JobRecord job, int seat, Dictionary<int, TaskResult> answers, ResultComparison comparison, CancellationToken cancellationToken)
    {
        var shown = 0;
        foreach (var (task, own) in answers)
        {
            if (await ReplicaLookup.FindTaskAsync(_peer, job, seat, task, [], Patience / answers.Count, cancellationToken).ConfigureAwait(false) is { } claimed)
            {
                shown++;
                if (comparison.Between(own, claimed) is { IsFraud: true } distance)
                {
                    return (task, distance);
                }
            }
        }

        _peer.Log($"canaries: seat {seat} is right in {shown} of {answers.Count}{(shown < answers.Count ? "; nobody shows its outputs of the others" : "")}");
        return null;
    }

    /// <summary>A committee would go by the canonical referee, not by this machine: no bond is risked without it.</summary>
    private async Task<bool> IsConfirmedAsync(JobRecord job, int seat, int task, CancellationToken cancellationToken)
    {
        if (_web is null || !_plan.Contest || !IsOpen(job))
        {
            _peer.Log($"canaries: not contested, since {(!IsOpen(job) ? "it is too late" : _web is null ? "there is no canonical referee here" : "it was not asked for")}. 'market job challenge {PeerNode.Short(job)} --seat {seat} --task {task}' does.");
            return false;
        }

        var patience = Hearing.TimeLeft(_peer.Follower.State, job) / 4;
        var hearing = await Hearing.PrepareAsync(_peer, _web, job, patience, cancellationToken).ConfigureAwait(false);
        await using var _ = hearing.ConfigureAwait(false);
        var vote = await hearing.AnswerAsync(job, [new ContestedPoint(DisputeSubject.AcceptedSeat, seat, (uint)task)], patience, cancellationToken).ConfigureAwait(false);
        _peer.Log($"canaries: the canonical referee finds {(vote.Wrong == 0 ? "otherwise, so it is not contested" : "the same")}. {vote.Points[0].Why}");
        return vote.Wrong != 0;
    }

    private async Task ContestAsync(int seat, int task, CancellationToken cancellationToken)
    {
        var bond = await _peer.Account.Contract.BondOfAsync(Job.Spec, 1, 1, cancellationToken).ConfigureAwait(false);
        await new Requester(_peer).ChallengeAsync(Job, (byte)seat, (uint)task, bond, cancellationToken).ConfigureAwait(false);
        _peer.Log($"canaries: contested seat {seat} at task {task}, with a bond of {bond} tokens that comes back if a committee agrees");
    }

    private static bool IsOpen(JobRecord job) => job is { State: JobState.Paid or JobState.Defaulted } or { State: JobState.Disputed, Dispute.Phase: DisputePhase.Filing };

    /// <summary>What was drawn, and whether who fails is contested.</summary>
    internal sealed record Plan(ImmutableArray<int> Tasks, bool Contest);
}
