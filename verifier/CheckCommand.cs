using System.CommandLine;
using Market.Cli;
using Market.Ethereum.Keys;
using Market.Jobs.Peers;
using Market.Node.Requests;
using Market.Node.Settings;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;
using Spectre.Console;

namespace Market.Verifier;

/// <summary><c>market-verifier check</c>: repeats a judgement from what is public.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Argument<string> JobArgument = new("job") { Description = "The job's id, or the beginning of it." };

    public static Command Create()
    {
        var check = new Command("check", "Repeat a verdict's comparison and re-execution, and say whether the answer is the same.") { JobArgument, RefereeSettings.Option };
        check.SetAction(RunAsync);
        check.AddExamples("market-verifier check 0x1a2b3c4d");
        return check;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        // What is judged is public: anybody may check, under any name.
        using var key = PrivateKey.Generate();
        var options = PeerSettings.NodeOptions(parsed, key, terminal.Progress, listens: false) with { DataFolder = Path.Combine(PeerSettings.DataFolder(parsed), "check") };
        var peer = await PeerNode.StartAsync(options, stop).ConfigureAwait(false);
        await using var _ = peer.ConfigureAwait(false);
        var job = JobLookup.Find(peer.Follower.State, parsed.GetValue(JobArgument)!);
        if (!job.IsJudged || job.Evidence is null)
        {
            throw new FailureException($"Job {job.Id} is {job.State}, expected one that a verifier has judged.");
        }

        var evidence = await EvidenceLookup.FindAsync(peer, job, stop).ConfigureAwait(false)
            ?? throw new FailureException($"The evidence {job.Evidence} is not to be had: verifier {job.Verifier} does not answer.");
        var judge = await JobJudge.OpenAsync(peer, job, new StakeId(job.Verifier), RefereeSettings.Find(parsed), SessionSettings.Default, Environment.ProcessorCount, Patience, stop).ConfigureAwait(false);
        await using var __ = judge.ConfigureAwait(false);
        var seats = Enumerable.Range(0, job.Seats.Length).Where(i => job.Seats[i].HasResult);
        var replicas = await Task.WhenAll(seats.Select(i => ReplicaGathering.GatherAsync(peer, job, i, Patience, stop))).ConfigureAwait(false);
        var judgement = await judge.JudgeAsync(replicas, evidence.Seed, stop).ConfigureAwait(false);
        var faults = await FaultsAsync(judge, evidence, stop).ConfigureAwait(false);
        var onChain = job.Seats.Select((s, i) => (Seat: i, s.Outcome)).Where(s => job.Seats[s.Seat].HasResult).ToList();
        var same = onChain.All(s => judgement.Replicas.First(r => r.Seat == s.Seat).Outcome == s.Outcome);
        terminal.Answer(
            new
            {
                job = job.Id.ToString(),
                same,
                evidence = job.Evidence.ToString(),
                verifier = job.Verifier,
                witnesses = new { hold = faults.Count == 0, samples = evidence.Samples.Count, faults = faults.Select(f => new { task = f.Task, fault = f.Fault }) },
                replicas = judgement.Replicas.Select(r => new { seat = r.Seat, provider = r.Provider.Value, found = r.Outcome, onChain = job.Seats[r.Seat].Outcome, reason = r.Reason, detail = r.Detail }),
            },
            console =>
            {
                foreach (var finding in judgement.Replicas)
                {
                    console.WriteLine($"seat {finding.Seat}, provider {finding.Provider}: found {finding.Outcome}, on chain {job.Seats[finding.Seat].Outcome}. {finding.Reason.Explain()} {finding.Detail}");
                }

                console.WriteLine(faults.Count == 0 ? $"The verifier executed its {evidence.Samples.Count} samples, as its witnesses show." : $"The verifier did not execute {faults.Count} of its {evidence.Samples.Count} samples:");
                foreach (var (task, fault) in faults)
                {
                    console.WriteLine($"  task {task}: {fault}");
                }

                console.WriteLine(same ? "The same answer." : "Another answer than the verdict's.");
            });
        return same && faults.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<List<(int Task, string Fault)>> FaultsAsync(JobJudge judge, Evidence evidence, CancellationToken stop)
    {
        var faults = new List<(int, string)>();
        foreach (var sample in evidence.Samples.Where(s => s.Task < judge.Data.Bundle.Tasks))
        {
            if (await judge.FaultOfAsync(sample, stop).ConfigureAwait(false) is { } fault)
            {
                faults.Add((sample.Task, fault));
            }
        }

        return faults;
    }
}
