using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Content;
using Market.Ethereum;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Jobs.Results;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Jobs.Proofs;

/// <summary>A provider's answers where traces of its seat are demanded: it runs the task again with all values shown, and hands them out.</summary>
/// <remarks>Not thread-safe: <see cref="StepAsync"/> is called with every block, and answers each point once. After a restart it hands out again what it answered.</remarks>
/// <param name="peer">Our node.</param>
/// <param name="id">The job.</param>
/// <param name="seat">Our seat.</param>
/// <param name="manifest">Our result.</param>
/// <param name="traceOf">The trace of a task that is shown; null for what the job's model gives.</param>
public sealed class Testimony(PeerNode peer, JobId id, int seat, ResultManifest manifest, Func<JobData, int, CancellationToken, Task<TaskTrace?>>? traceOf)
{
    private readonly HashSet<int> _done = [];

    /// <summary>Answers what is demanded and not answered yet, and shows the values of what is.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        var state = peer.Follower.State;
        if (state.Job(id) is not { State: JobState.Disputed, Dispute: { Phase: DisputePhase.Filing } dispute } job)
        {
            return;
        }

        foreach (var (number, point) in dispute.Points.Index().Where(p => p.Item.Subject == seat && IsOpen(p.Item, state.Time) && _done.Add(p.Index)))
        {
            try
            {
                await AnswerAsync(job, (byte)number, point, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is JobException or ContentException or WorkerException or OnnxModelException or MarketRefusedException)
            {
                if (point.OwesTrace)
                {
                    // Silence costs the whole backing: it is tried again while there is time.
                    _done.Remove(number);
                }

                peer.Log($"job {PeerNode.Short(job)}: the demanded trace of task {point.Task} is not shown: {e.Message}");
            }
        }
    }

    private static bool IsOpen(DisputePoint point, ulong time) => point.OwesTrace ? time < point.TraceDeadline : point is { Answer.Trace: not null, IsProven: false };

    private async Task AnswerAsync(JobRecord job, byte number, DisputePoint point, CancellationToken cancellationToken)
    {
        var task = (int)point.Task;
        var leaf = manifest.Entries[task].Digest;
        Hash256? root = null;
        if (!leaf.IsError)
        {
            var data = await peer.FetchJobAsync(job, TimeSpan.FromSeconds(job.Terms.DisputeWindow), cancellationToken).ConfigureAwait(false);
            var trace = await (traceOf ?? RunAsync)(data, task, cancellationToken).ConfigureAwait(false)
                ?? throw new JobException($"Task {task} ends in an error now.");
            await TraceFiles.PublishAsync(peer, job, trace, cancellationToken).ConfigureAwait(false);
            root = new Hash256(trace.Trace.Root.ToArray());
        }

        if (!point.OwesTrace)
        {
            return;
        }

        Hash256[] path = [.. manifest.ProofOf(task).Select(d => new Hash256(d.ToArray()))];
        var call = MarketCalls.AnswerTrace(job.Spec, number, leaf.IsError ? (byte)1 : (byte)0, new Hash256(leaf.Root.ToArray()), path, root ?? default);
        var receipt = await peer.Account.SendAsync($"trace:{id}:{number}", call, cancellationToken).ConfigureAwait(false);
        peer.Log($"job {PeerNode.Short(job)}: the trace of task {task} was demanded, and is shown: {root?.ToString() ?? "the task ends in an error"}");
        await peer.Follower.WaitAsync(s => s.Block >= receipt.BlockNumber, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TaskTrace?> RunAsync(JobData data, int task, CancellationToken cancellationToken) => await TaskTrace.RunAsync(
        data, await data.ReadModelAsync(cancellationToken).ConfigureAwait(false), Path.Combine(peer.DataFolder, "traces"), task, cancellationToken).ConfigureAwait(false);
}
