using Market.Adversary.Behaviours;
using Market.Adversary.Reports;
using Market.Demo.Cheats;

namespace Market.Adversary.Tests;

/// <summary>The page docs/adversary.md, held.</summary>
public sealed class AdversaryTests
{
    private static readonly string Root = Checkout.Root;

    private static readonly Results Recorded = Results.Read(Root);

    [Fact]
    public void No_honest_party_lost_and_no_cheat_that_must_lose_got_away() => Assert.Empty(Recorded.Objections);

    [Fact]
    public void The_page_says_what_was_recorded()
    {
        var page = File.ReadAllText(Page.FileIn(Root));
        Assert.All(Page.Parts(Recorded), part => Assert.Equal(part.Value, Page.Adversary.Read(page, part.Key)));
    }

    [Fact]
    public void A_later_run_renews_its_own_rows_and_no_others()
    {
        var recorded = new Results("a day", [Of("fp16", 1), Of("copy", 1)]);
        var renewed = recorded.With(new Results("a later day", [Of("copy", 2), Of("int8", 2)]));
        Assert.Equal([("fp16", 1), ("int8", 2), ("copy", 2)], renewed.Findings.Select(finding => (finding.Behaviour, finding.Tasks)));
        Assert.Equal("a later day", renewed.Date);
    }

    [Fact]
    public void Every_kind_of_cheat_is_played_here_or_killed_in_the_demo() =>
        Assert.Equal(Enum.GetValues<CheatKind>().Except([CheatKind.Vanish]), Behaviour.All.Select(behaviour => behaviour.Kind).Distinct().Order());

    [Theory]
    [InlineData(0L, 1_000_000_000L, 1L, "an honest provider was not paid")]
    [InlineData(1L, 1_000_000_000L, 1L, "the cheat lost nothing")]
    [InlineData(1L, -1L, 0L, "the verifier was not paid")]
    public void A_wrong_end_is_objected_to(long honest, long cheat, long verifier, string objection)
    {
        var finding = new Finding("fp16", "a layer", null, 1, [cheat], [honest, honest], verifier, 0, 0, "");
        Assert.Contains(finding.Objections(Behaviour.All.Single(b => b.Name == "fp16")), said => said.Contains(objection, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lyingjuror", -1L, 0L, null)]
    [InlineData("lyingjuror", -1L, 1L, "the cheat lost nothing")]
    [InlineData("lyingjuror", 0L, 0L, "the cheat lost nothing")]
    [InlineData("lyingjurors", -1L, 0L, "the cheat lost nothing")]
    public void A_juror_who_lies_alone_may_go_without_a_loss_and_nobody_else(string name, long stranger, long juror, string? objection)
    {
        var finding = new Finding(name, "a layer", 0, 4, [stranger, juror], [1, 1], 1, -1, 0, "", [1, 1]);
        var said = finding.Objections(Behaviour.All.Single(b => b.Name == name)).SingleOrDefault();
        Assert.True(objection is null ? said is null : said?.Contains(objection, StringComparison.Ordinal), said);
    }

    [Fact]
    public void An_honest_juror_that_lost_is_objected_to() => Assert.Contains("an honest juror lost", Assert.Single(
        new Finding("bribedverifier", "a layer", 0, 4, [-1, -1], [1], null, -1, 0, "", [1, -1]).Objections(Behaviour.All.Single(b => b.Name == "bribedverifier"))), StringComparison.Ordinal);

    private static Finding Of(string behaviour, int tasks) => new(behaviour, "a layer", null, tasks, [-1], [1, 1], 1, -1, 0, "");
}
