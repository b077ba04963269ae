using Market.Jobs.Packaging;
using Market.Jobs.Requests;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Web.Components.Shared;
using Market.Web.Languages;

namespace Market.Web.Purchases;

/// <summary>What a requester types about a job besides its files, in English notation: pages translate it by <see cref="Typed"/>.</summary>
public sealed class OrderDraft
{
    /// <summary>The numbers of replicas that are offered.</summary>
    public static readonly IReadOnlyList<int> Choices = [1, 2, 3, 5];

    private static readonly JobOrder Usual = new();

    public string Reward { get; set; } = Usual.Reward.ToString();

    public string VerifierFee { get; set; } = Usual.VerifierFee.ToString();

    public string Cover { get; set; } = Usual.Cover.ToString();

    public string Check { get; set; } = "10";

    public string Audit { get; set; } = "10";

    public int Replicas { get; set; } = Usual.Replicas;

    public uint? Terms { get; set; }

    /// <summary>Whether a person changed anything.</summary>
    public bool IsTouched { get; set; }

    /// <summary>The same as for an earlier job, with a reward for as many tasks.</summary>
    public static OrderDraft Like(JobSpec spec) => new()
    {
        Reward = spec.Reward.ToString(),
        VerifierFee = spec.VerifierFee.ToString(),
        Cover = spec.Cover.ToString(),
        Check = spec.Check.ToString(),
        Audit = spec.Audit.ToString(),
        Replicas = spec.Replicas,
        Terms = spec.Terms,
    };

    /// <summary>Reads what was typed.</summary>
    /// <param name="package">The job's data.</param>
    /// <param name="usualTerms">The number of the terms if none are chosen.</param>
    /// <param name="findings">What is wrong with it.</param>
    /// <returns>The job as it would be posted; null if something is wrong.</returns>
    public JobSpec? Read(JobPackage package, uint usualTerms, out IReadOnlyList<string> findings)
    {
        var found = new List<string>();
        var order = new JobOrder
        {
            Replicas = Choices.Contains(Replicas) ? Replicas : Usual.Replicas,
            Reward = Amount(Reward, T["The reward"], found),
            VerifierFee = Amount(VerifierFee, T["The verifier's fee"], found),
            Cover = Amount(Cover, T["The cover"], found),
            Check = Share(Check, T["The share that is executed again"], found),
            Audit = Share(Audit, T["The chance of an audit"], found),
            Terms = Terms,
        };
        var spec = found.Count == 0 ? order.ToSpec(package, usualTerms) : null;
        found.AddRange(spec?.FindProblems().Select(problem => problem.Message) ?? []);
        findings = found;
        return found.Count == 0 ? spec : null;
    }

    private static Units Amount(string text, string what, List<string> findings)
    {
        if (!Units.TryParse(text.Trim(), null, out var amount))
        {
            findings.Add(T["{0} is '{1}', expected tokens such as {2}.", what, Typed.Show(Shown.Cut(text, 30)), 1.5]);
        }

        return amount;
    }

    private static BasisPoints Share(string text, string what, List<string> findings)
    {
        if (!BasisPoints.TryParse(text.Trim(), null, out var share))
        {
            findings.Add(T["{0} is '{1}', expected 0 to 100 percent.", what, Typed.Show(Shown.Cut(text, 30))]);
        }

        return share;
    }
}
