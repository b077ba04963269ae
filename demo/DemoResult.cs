using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Market.Cli;
using Market.Demo.Cheats;
using Market.Demo.Recognition;
using Market.Node.Requests;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Spectre.Console;

namespace Market.Demo;

/// <summary>What became of the demo's job, and whether that is what should have become of it.</summary>
internal sealed record DemoResult(
    JobReport Report, IReadOnlyList<(string Name, string? Truth, string Read)> Lines, DemoOptions Options, uint Cheat, TimeSpan Elapsed)
{
    private const double LeastAccuracy = 0.95;

    /// <summary>Share of characters that were read right; null where no truth is known.</summary>
    public double? Accuracy { get; } = Lines.Any(l => l.Truth is not null)
        ? CharacterAccuracy.Of(Lines.Where(l => l.Truth is not null).Select(l => (l.Truth!, l.Read)))
        : null;

    /// <summary>The operator at which the cheat's run went wrong, in a dispute that was followed so far.</summary>
    public string? WrongOperator { get; init; }

    /// <summary>What should have happened and did not; empty if all is well.</summary>
    public IReadOnlyList<string> Failures()
    {
        var failures = new List<string>();
        void Expect(bool holds, string what)
        {
            if (!holds)
            {
                failures.Add(what);
            }
        }

        Expect(Report.State == JobState.Final, $"the job is {Report.State}, expected Final");
        Expect(Accuracy is null or >= LeastAccuracy, $"accuracy {Accuracy:P1}, expected at least {LeastAccuracy:P0}");
        var honest = Report.Replicas.Where(r => r.Provider != Cheat).ToList();
        Expect(honest.Count > 0 && honest.All(r => r.Accepted && r.Slashed == "0"), "an honest provider was not paid");
        Expect(honest.Count >= Options.Replicas - (Options.Cheat is null or CheatKind.Vanish ? 0 : 1), $"{honest.Count} honest results, expected more");
        if (Options.Cheat is { } kind && !kind.MayPass())
        {
            var lost = Report.Replicas.Where(r => r.Provider == Cheat).Select(r => r.Slashed).Concat(Report.Penalties.Where(p => p.Provider == Cheat).Select(p => p.Penalty));
            Expect(Report.Replicas.All(r => r.Provider != Cheat || !r.Accepted), "the cheat was paid");
            Expect(lost.Any(amount => amount != "0"), "the cheat lost nothing");
        }

        if (Options.Dispute)
        {
            Expect(Report.Dispute?.Committees is [{ Wrong: { } wrong }] && wrong.All(w => w), "the committee did not find the cheat and its verifier wrong");
            Expect(Options.Cheat != CheatKind.Fp16 || WrongOperator is not null, "no operator was found to be wrong");
        }

        return failures;
    }

    /// <summary>The report with what only the demo knows.</summary>
    public JsonNode ToJson()
    {
        var document = JsonSerializer.SerializeToNode(Report, Terminal.JsonRules)!.AsObject();
        document["accuracy"] = Accuracy;
        document["cheat"] = Options.Cheat?.ToString().ToLowerInvariant();
        document["cheatProvider"] = Cheat == 0 ? null : Cheat;
        document["wrongOperator"] = WrongOperator;
        document["elapsedSeconds"] = Math.Round(Elapsed.TotalSeconds, 1);
        document["lines"] = new JsonArray([.. Lines.Select(l => (JsonNode)new JsonObject { ["name"] = l.Name, ["truth"] = l.Truth, ["read"] = l.Read })]);
        document["failures"] = new JsonArray([.. Failures().Select(f => (JsonNode)f)]);
        return document;
    }

    /// <summary>The same for people.</summary>
    public void Write(IAnsiConsole console)
    {
        var table = new Table().AddColumns("truth", "read");
        foreach (var (_, truth, read) in Lines)
        {
            table.AddRow(Markup.Escape(truth ?? "?"), Markup.Escape(read));
        }

        console.Write(table);
        console.Write(JobCommand.ReportTable(Report));
        if (Report.Verifier is { } verifier)
        {
            console.WriteLine($"Verifier {verifier.Stake} was paid {Tokens(verifier.Paid)} tokens.{(Options.Dispute ? $" It lost {Tokens(verifier.Lost)} for a false verdict." : "")}");
        }

        console.WriteLine($"Gas {Report.Gas.Total}: {string.Join(", ", Report.Gas.ByAction.Select(a => $"{a.Key} {a.Value}"))}.");
        console.WriteLine($"Seconds after the post by the chain's clock: {string.Join(", ", Report.Seconds.Select(s => $"{s.Key} {s.Value}"))}; posted in block {Report.Blocks.Posted}, settled in block {Report.Blocks.Settled}.");
        if (Accuracy is { } accuracy)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Character accuracy {accuracy:P2}."));
        }

        if (Report.LargestDistance is { } distance)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Report.Replicas.Count(r => r.ResultRoot is not null)} providers, {Report.BitPatterns} different bit patterns, largest difference {distance.ShareOfTolerance:0.##} of the tolerance."));
        }

        if (Cheat != 0)
        {
            console.WriteLine($"Provider {Cheat} cheated ({Options.Cheat}). {GivenAwayBy()}");
        }

        if (WrongOperator is not null)
        {
            console.WriteLine($"The first operator that is off, computed again on the cheat's own values: {WrongOperator}");
        }

        foreach (var failure in Failures())
        {
            console.WriteLine($"NOT AS IT SHOULD BE: {failure}.");
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds:0.0} s in all."));
    }

    private static string Tokens(string units) => new Units(ulong.Parse(units, CultureInfo.InvariantCulture)).ToString();

    private string GivenAwayBy()
    {
        var replica = Report.Replicas.FirstOrDefault(r => r.Provider == Cheat);
        var penalty = Report.Penalties.FirstOrDefault(p => p.Provider == Cheat);
        return replica is { Outcome: not Outcome.None } ? $"What gave it away: {replica.Reason} It lost {Tokens(replica.Slashed)} tokens."
            : penalty is not null ? $"What gave it away: {penalty.Reason} It lost {Tokens(penalty.Penalty)} tokens."
            : "Nothing gave it away.";
    }
}
