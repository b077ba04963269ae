using System.Globalization;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Content;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Disputes;
using Market.Onnx.Execution;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using Market.Protocol.Ids;

namespace Market.Jobs.Proofs;

/// <summary>A contested seat's execution, looked through for what a contract can judge: the trace is demanded, each of its operators computed again, and what is off proven.</summary>
/// <param name="peer">Our node.</param>
/// <param name="id">The job.</param>
/// <param name="number">The point, filed by whomever.</param>
public sealed class Accusation(PeerNode peer, JobId id, byte number)
{
    private const byte Wrong = 2;

    // An operator that sums may be off by this much of the largest value on an honest machine.
    private static readonly double Rounding = OperatorReplay.Limits.ScaledMaximum;

    private JobRecord Job => peer.Follower.State.Job(id) ?? throw new JobException($"Job {id} is no longer on chain.");

    private DisputePoint Point => Job.Dispute is { } dispute && number < dispute.Points.Length
        ? dispute.Points[number]
        : throw new JobException($"Job {id} has no point {number}.");

    /// <summary>Demands the trace, and proves the point if a contract finds it wrong. Says in a sentence what came of it.</summary>
    /// <exception cref="JobException">The job cannot be looked through here.</exception>
    /// <exception cref="ContentException">Its data is not to be had.</exception>
    /// <exception cref="MarketRefusedException">The contract refuses the demand.</exception>
    public async Task<string> ProveAsync(CancellationToken cancellationToken)
    {
        var window = TimeSpan.FromSeconds(Job.Terms.DisputeWindow);
        var data = await peer.FetchJobAsync(Job, window, cancellationToken).ConfigureAwait(false);
        if (data.Head.Model is null)
        {
            return "No contract judges this job, since its head names no model: a committee decides.";
        }

        await data.CheckHeadAsync(cancellationToken).ConfigureAwait(false);
        if (Point.TraceDeadline is null)
        {
            await SendAsync($"demand:{id}:{number}", MarketCalls.DemandTrace(Job.Spec, number, data.Head.ToBytes()), cancellationToken).ConfigureAwait(false);
        }

        var state = await peer.Follower.WaitAsync(s => s.Job(id)?.Dispute is not { } d || d.Points[number] is not { OwesTrace: true } p || s.Time >= p.TraceDeadline, cancellationToken).ConfigureAwait(false);
        if (state.Job(id)?.Dispute?.Points[number].Answer is not { } answer)
        {
            return "The trace was not shown in time, which counts as wrong.";
        }

        return answer.Trace is not { } root
            ? "The seat claims that the task ends in an error, which no trace explains: a committee decides."
            : await ProveAsync(data, new Digest(root.ToArray()), window, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> ProveAsync(JobData data, Digest root, TimeSpan window, CancellationToken cancellationToken)
    {
        var (job, task, seat) = (Job, (int)Point.Task, Point.Subject);
        var model = await data.ReadModelAsync(cancellationToken).ConfigureAwait(false);
        if (await TraceFiles.FindAsync(peer, job, seat, model, root, window / 2, cancellationToken).ConfigureAwait(false) is not { } trace)
        {
            return "The trace's values are not to be had: a committee decides.";
        }

        if (await ReplicaLookup.FindTaskAsync(peer, job, seat, task, [], window / 2, cancellationToken).ConfigureAwait(false) is not { Outputs: not null } result)
        {
            return "The seat's outputs are not to be had: a committee decides.";
        }

        var path = await data.ExportModelAsync(Path.Combine(peer.DataFolder, "models"), cancellationToken).ConfigureAwait(false);
        var inputs = await data.ReadInputsAsync(task, cancellationToken).ConfigureAwait(false);
        var tree = await data.InputsTreeAsync(model, cancellationToken).ConfigureAwait(false);
        var parts = new ProofParts(data, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), trace, task, inputs, tree, result);
        return await ProveOutputAsync(parts, cancellationToken).ConfigureAwait(false)
            ?? await ProveOperatorAsync(parts, cancellationToken).ConfigureAwait(false)
            ?? "No operator is off that a contract can judge: a committee decides.";
    }

    private async Task<string?> ProveOutputAsync(ProofParts parts, CancellationToken cancellationToken)
    {
        foreach (var (place, (name, committed)) in parts.Result.Outputs!.Index())
        {
            if (parts.Trace.Model.Tree.Outputs.FirstOrDefault(o => o.Name == name) is { Name: not null } output && parts.ValueOf(output.Source) is { } shown
                && Farthest.Between(committed, shown) is { } off && await TryAsync(parts.OutputCall(place, off.Index), cancellationToken).ConfigureAwait(false))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Proven on chain: element {off.Index} of the output '{name}' is not what the shown trace ends in, {off.Difference:G3} of the largest value away.");
            }
        }

        return null;
    }

    private async Task<string?> ProveOperatorAsync(ProofParts parts, CancellationToken cancellationToken)
    {
        var graph = parts.Trace.Model.Graph;
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetFullPath(peer.DataFolder), "traces")).FullName;
        var pool = await WorkerPool.StartAsync(new WorkerOptions { Workers = 1, Readable = [folder] }, cancellationToken).ConfigureAwait(false);
        await using var _ = pool.ConfigureAwait(false);
        var replay = new OperatorReplay(graph, pool, folder);
        foreach (var node in graph.Nodes.Where(node => !node.IsConstant))
        {
            var judge = OpenedElements.JudgeOf(NodeParts.Read(parts.Trace.Model.Tree.Nodes[node.Index]));
            if (judge is { } by && await OffAsync(replay, parts, node, cancellationToken).ConfigureAwait(false) is { } off
                && (OpenedElements.IsExact(by) || off.Difference > Rounding)
                && await TryAsync(parts.OperatorCall(node, off.Index), cancellationToken).ConfigureAwait(false))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Proven on chain: {node} is wrong at element {off.Index}, {off.Difference:G3} of the largest value away from what its own inputs give.");
            }
        }

        return null;
    }

    private async Task<Farthest?> OffAsync(OperatorReplay replay, ProofParts parts, ModelNode node, CancellationToken cancellationToken)
    {
        try
        {
            return await replay.ComputeAsync(node, parts.Values, cancellationToken).ConfigureAwait(false) is TaskOutcome.Completed completed
                ? Farthest.Between(parts.Trace.Values[node.Gives[0]], completed.Outputs[0].Value)
                : new Farthest(0, double.PositiveInfinity);
        }
        catch (Exception e) when (e is WorkerException or OnnxModelException)
        {
            peer.Log($"job {PeerNode.Short(Job)}: {node} was not computed again: {e.Message}");
            return null;
        }
    }

    /// <summary>Asks the arbiter first, for nothing; sends what it finds wrong.</summary>
    private async Task<bool> TryAsync(byte[]? judgement, CancellationToken cancellationToken)
    {
        if (judgement is null || await peer.Account.Contract.AskArbiterAsync(judgement, cancellationToken).ConfigureAwait(false) != Wrong)
        {
            return false;
        }

        await SendAsync($"prove:{id}:{number}", MarketCalls.Prove(Job.Spec, number, judgement), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task SendAsync(string intent, byte[] call, CancellationToken cancellationToken)
    {
        var receipt = await peer.Account.SendAsync(intent, call, cancellationToken).ConfigureAwait(false);
        await peer.Follower.WaitAsync(s => s.Block >= receipt.BlockNumber, cancellationToken).ConfigureAwait(false);
    }
}
