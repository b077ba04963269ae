using Market.Adversary.Behaviours;
using Market.Adversary.Reports;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Demo.Disputes;
using Market.Jobs.Peers;
using Market.Node.Devnets;
using Market.Node.Requests;
using Market.Onnx.Execution;
using Market.Protocol.Jobs;

namespace Market.Adversary;

/// <summary>One market with honest nodes, to which cheats come one behaviour after the other, each with a stake and a process of its own.</summary>
internal sealed class Lab(Devnet devnet, PeerNode requester, string modules, Action<string> tell)
{
    // Longer than a devnet's own, except where a cheat is waited for: all nodes share one machine.
    private static readonly Terms Windows = new(ClaimWindow: 240, RunWindow: 240, RevealWindow: 30, VerdictWindow: 90, LeafWindow: 20, ChallengeWindow: 8, DisputeWindow: 20, Quorum: 1);

    private readonly Queue<uint> _honest = new(devnet.StakesOf(StakeRole.Provider).Take(Behaviour.Replicas - 1));
    private readonly Queue<uint> _cheats = new(devnet.StakesOf(StakeRole.Provider).Skip(Behaviour.Replicas - 1));
    private int _running;

    /// <summary>How many providers a devnet needs for some behaviours.</summary>
    public static int Providers(IEnumerable<Behaviour> behaviours) => Behaviour.Replicas - 1 + behaviours.Sum(behaviour => behaviour.Cheats);

    public async Task<IReadOnlyList<Finding>> RunAsync(IReadOnlyList<Behaviour> behaviours, CancellationToken stop)
    {
        var jobs = new LabJob(requester, await RegisteredTerms.OfAsync(requester, Windows, stop), modules);
        await devnet.StartNodeAsync(devnet.StakesOf(StakeRole.Verifier)[0], null, SessionSettings.Default, stop);
        var ordered = behaviours.OrderByDescending(behaviour => behaviour.Cheats).ToList();
        var findings = new List<Task<Finding>>();
        var coming = StartCheatsAsync(ordered[0], stop);
        for (var i = 0; i < ordered.Count; i++)
        {
            var cheats = await coming;
            await StartHonestAsync(Behaviour.Replicas - cheats.Count, stop);
            var job = await jobs.PostAsync(ordered[i], stop);
            findings.Add(FollowAsync(ordered[i], job, jobs, cheats, stop));

            // With all results on chain no seat is left for whoever comes for the next job.
            await requester.Follower.WaitAsync(s => s.Job(job.Id) is { State: JobState.Verifying } or { IsJudged: true } or { IsOver: true }, stop);
            coming = i + 1 < ordered.Count ? StartCheatsAsync(ordered[i + 1], stop) : coming;
            await requester.Follower.WaitAsync(s => s.Job(job.Id) is { IsJudged: true } or { IsOver: true }, stop);
            cheats.ForEach(cheat => devnet.Nodes[cheat].Process!.Kill());
        }

        return await Task.WhenAll(findings);
    }

    private async Task StartHonestAsync(int wanted, CancellationToken stop)
    {
        for (; _running < wanted; _running++)
        {
            await devnet.StartNodeAsync(_honest.Dequeue(), null, DevnetOptions.Numerics[_running], stop);
        }
    }

    private async Task<List<uint>> StartCheatsAsync(Behaviour behaviour, CancellationToken stop)
    {
        var cheats = Enumerable.Range(0, behaviour.Cheats).Select(_ => _cheats.Dequeue()).ToList();
        string[] program = [Path.Combine(AppContext.BaseDirectory, "market-demo.dll"), "cheat", behaviour.Kind.ToString()];
        await Task.WhenAll(cheats.Select(cheat => devnet.StartNodeAsync(cheat, program, DevnetOptions.Numerics[0], stop)));
        return cheats;
    }

    /// <summary>Follows a job to its end and says what came of it.</summary>
    private async Task<Finding> FollowAsync(Behaviour behaviour, JobRecord job, LabJob jobs, List<uint> cheats, CancellationToken stop)
    {
        job = await new Requester(requester).AttendAsync(job.Id, j => tell($"{behaviour.Name}: {JobLine.Of(j)}"), stop);
        return await jobs.ConcludeAsync(behaviour, job, cheats, stop);
    }
}
