using System.CommandLine;
using Market.Chain.State;
using Market.Cli;
using Market.Jobs.Disputes;
using Market.Jobs.Peers;
using Market.Jobs.Proofs;
using Market.Node.Settings;
using Market.Protocol.Jobs;
using Spectre.Console;

namespace Market.Node.Requests;

/// <summary><c>market job challenge</c>.</summary>
internal static class ChallengeCommand
{
    private static readonly Argument<string> Job = new("job") { Description = "The job's id, or the beginning of it." };
    private static readonly Option<int?> Seat = new("--seat") { Description = "A seat on which the verdict errs: an accepted one that is wrong at the task, or one not accepted that is right." };
    private static readonly Option<bool> Verifier = new("--verifier") { Description = "Contest the verifier's own work on the task." };
    private static readonly Option<long?> Task = new("--task") { Description = "The task, counted from 0. Of a seat that is not accepted the verdict names it." };
    private static readonly Option<bool> Prove = new("--prove") { Description = "Demand what every operator gave, look for the one that is wrong, and have a contract find so. Only of an accepted seat." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };

    public static Command Create()
    {
        var challenge = new Command("challenge", "Contest a verdict with a bond: a committee of verifiers executes the task again. 'market-verifier replay' says beforehand who is right.")
        {
            Job, Seat, Verifier, Task, Prove, Yes,
        };
        challenge.SetAction(RunAsync);
        challenge.AddExamples("market job challenge 0x1a2b3c4d --seat 1 --task 7", "market job challenge 0x1a2b3c4d --seat 1 --task 7 --prove", "market job challenge 0x1a2b3c4d --verifier --task 7 --yes");
        return challenge;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        using var account = await PeerSettings.OpenKeyAsync(parsed, "wallet.json", stop).ConfigureAwait(false);
        var peer = await PeerNode.StartAsync(PeerSettings.NodeOptions(parsed, account, terminal.Progress, listens: false), stop).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var job = JobLookup.Find(peer.Follower.State, parsed.GetValue(Job)!);
        var (subject, task) = PointOf(parsed, job);
        var bond = await peer.Account.Contract.BondOfAsync(job.Spec, 1, 1, stop).ConfigureAwait(false);
        terminal.Progress($"Contests {DisputeWords.Of(new DisputePoint(account.Address, subject, task))}. It takes a bond of {bond} tokens, which comes back if a committee agrees.");
        if (!parsed.GetValue(Yes) && !await terminal.ConfirmAsync("Contest the verdict?", stop).ConfigureAwait(false))
        {
            throw new FailureException("Nothing was contested: not confirmed. --yes does not ask.");
        }

        job = await new Requester(peer).ChallengeAsync(job, subject, task, bond, stop).ConfigureAwait(false);
        var proof = parsed.GetValue(Prove) ? await ProveAsync(peer, job, subject, task, terminal, stop).ConfigureAwait(false) : null;
        job = peer.Follower.State.Job(job.Id) ?? job;
        terminal.Answer(
            new { job = job.Id.ToString(), subject = parsed.GetValue(Verifier) ? "verifier" : "seat", seat = parsed.GetValue(Seat), task, bond, until = job.Deadline, proof },
            console => console.WriteLine($"{proof} {DisputeWords.Of(job)} 'market job watch {job.Id.ToString()[..10]}' follows it."));
        return ExitCode.Done;
    }

    private static async Task<string> ProveAsync(PeerNode peer, JobRecord job, byte subject, uint task, Terminal terminal, CancellationToken stop)
    {
        terminal.Progress("Demands what every operator gave. It takes up to two windows of the dispute.");
        var number = job.Dispute!.Points.Index().First(p => p.Item.Subject == subject && p.Item.Task == task).Index;
        return await new Accusation(peer, job.Id, (byte)number).ProveAsync(stop).ConfigureAwait(false);
    }

    private static (byte Subject, uint Task) PointOf(ParseResult parsed, JobRecord job)
    {
        if (job.State is not (JobState.Paid or JobState.Defaulted) && job is not { State: JobState.Disputed, Dispute.Phase: DisputePhase.Filing })
        {
            throw new FailureException($"Job {job.Id} is {job.State}, expected one with a verdict that can still be contested.");
        }

        var seat = parsed.GetValue(Seat);
        if (parsed.GetValue(Prove) && (seat is not { } proven || job.Seats.ElementAtOrDefault(proven)?.Outcome != Outcome.Accept))
        {
            throw new FailureException("--prove expects --seat with a seat that the verdict accepted.");
        }

        if (seat.HasValue == parsed.GetValue(Verifier))
        {
            throw new FailureException("Expected either --seat or --verifier.");
        }

        if (seat is { } index && (index < 0 || index >= job.Seats.Length || !job.Seats[index].HasResult))
        {
            throw new FailureException($"--seat is {index}, expected one of job {job.Id} with a result: {string.Join(", ", Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].HasResult))}.");
        }

        // The verdict's own task may be absurd; then it does not count, but the contract wants one of the job's.
        var named = seat is { } s && job.Seats[s].Outcome != Outcome.Accept ? Math.Min(job.Seats[s].DecidingTask ?? 0, job.Spec.Tasks - 1) : (long?)null;
        var task = parsed.GetValue(Task) ?? named ?? throw new FailureException("Expected --task.");
        return task >= 0 && task < job.Spec.Tasks
            ? ((byte)(seat ?? DisputePoint.Verifier), (uint)task)
            : throw new FailureException($"--task is {task}, expected 0 to {job.Spec.Tasks - 1}.");
    }
}
