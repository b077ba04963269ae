using Market.Adversary.Behaviours;
using Market.Adversary.Reports;
using Market.Demo.Disputes;
using Market.Jobs.Disputes;
using Market.Node.Requests;

namespace Market.Adversary;

/// <summary>Behaviours with parts for several parties, each on a market of its own.</summary>
internal static class LabPlay
{
    public static async Task<Finding> RunAsync(Behaviour behaviour, string folder, string modules, Action<string> tell, CancellationToken stop)
    {
        var played = await new Play(behaviour.Kind, behaviour.At ?? 0, modules, line => tell($"{behaviour.Name}: {line}")).RunAsync(folder, null, stop);
        var (job, ledger) = (played.Job, played.Ledger);
        return new Finding(
            behaviour.Name, Layer.Of(job, played.State), (int?)job.Dispute?.Points[0].Task, (int)job.Spec.Tasks, played.Cheat, played.Honest, played.Verifier,
            ledger.Requester, ledger.Burnt, DisputeWords.Of(job) ?? JobLine.Of(job), played.Jurors);
    }
}
