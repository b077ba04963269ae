using System.Globalization;
using Market.Chain.State;
using Market.Demo.Cheats;
using Market.Jobs.Disputes;
using Market.Node.Requests;
using Market.Protocol.Money;
using Spectre.Console;

namespace Market.Demo.Disputes;

/// <summary>What came of a play.</summary>
/// <param name="Job">The job, over.</param>
/// <param name="State">The market at that time.</param>
/// <param name="Providers">The stakes that may take its seats.</param>
/// <param name="Cheats">The stakes that cheated.</param>
/// <param name="RequesterCheats">Whether the requester did.</param>
internal sealed record PlayedJob(JobRecord Job, MarketState State, IReadOnlyList<uint> Providers, IReadOnlyList<uint> Cheats, bool RequesterCheats)
{
    /// <summary>What each party won.</summary>
    public Ledger Ledger { get; } = Ledger.Of(Job, State);

    /// <summary>Whether nobody honest lost, and nobody won by cheating.</summary>
    public bool IsJust => Honest.Concat(Jurors).Append(Verifier ?? 0).All(won => won >= 0) && Cheat.All(won => won <= 0);

    /// <summary>What the cheats won, in units.</summary>
    public IReadOnlyList<long> Cheat => RequesterCheats ? [Ledger.Requester] : [.. Cheats.Select(Ledger.Of)];

    /// <summary>What the honest providers won.</summary>
    public IReadOnlyList<long> Honest => [.. Providers.Except(Cheats).Select(Ledger.Of)];

    /// <summary>What the verdict's verifier won; null if it cheated, or if there was no verdict.</summary>
    public long? Verifier => Job.Verifier == 0 || Cheats.Contains(Job.Verifier) ? null : Ledger.Of(Job.Verifier);

    /// <summary>What the honest jurors won.</summary>
    public IReadOnlyList<long> Jurors => [.. (Job.Dispute?.Jurors ?? []).Select(juror => juror.Stake).Except(Cheats).Select(Ledger.Of)];

    /// <summary>What became of it, for programs.</summary>
    public object ToReport(CheatKind kind) => new
    {
        job = Job.Id.ToString(),
        cheat = kind.ToString().ToLowerInvariant(),
        state = Job.State,
        dispute = DisputeWords.Of(Job),
        just = IsJust,
        units = Parties().Select(party => new { party = party.Name, won = party.Won }),
    };

    /// <summary>The same for people.</summary>
    public void Write(IAnsiConsole console)
    {
        console.WriteLine(DisputeWords.Of(Job) ?? JobLine.Of(Job));
        var table = new Table().AddColumns("party", "won, in tokens");
        foreach (var (name, won) in Parties())
        {
            table.AddRow(name, string.Create(CultureInfo.InvariantCulture, $"{won / (double)Units.PerToken:+0.###;-0.###;0}"));
        }

        console.Write(table);
        console.WriteLine(IsJust ? "Nobody honest lost anything, and no cheat won." : "NOT AS IT SHOULD BE: somebody honest lost, or a cheat won.");
    }

    private IEnumerable<(string Name, long Won)> Parties() =>
    [
        .. Cheat.Select(won => ("cheat", won)), .. Honest.Select(won => ("honest provider", won)), .. Verifier is { } verifier ? [("verifier", verifier)] : Array.Empty<(string, long)>(),
        .. Jurors.Select(won => ("juror", won)), .. RequesterCheats ? [] : new[] { ("requester", Ledger.Requester) }, ("burnt", Ledger.Burnt),
    ];
}
