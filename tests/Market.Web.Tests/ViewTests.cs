using System.Globalization;
using Bunit;
using Market.Apps.Speech;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Onnx.Tests.Execution;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;
using Market.Web.Components.Buying;
using Market.Web.Components.Shared;
using Market.Web.Uploads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Market.Web.Tests;

/// <summary>The parts of pages in which people look at models and results, in their states.</summary>
public sealed class ViewTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("market-views-").FullName;
    private readonly BunitContext _context = new();

    public void Dispose()
    {
        _context.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("", "mine.onnx")]
    [InlineData("no model", "the file is cut off, damaged or no ONNX file.")]
    public void A_model_that_is_none_says_why(string content, string why)
    {
        var model = Shape(System.Text.Encoding.UTF8.GetBytes(content));
        model.WaitForAssertion(() => Assert.Contains(why, model.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal("en", model.Find("[role=alert]").GetAttribute("lang"));
        Assert.DoesNotContain(_folder, model.Markup, StringComparison.Ordinal);
        Assert.Empty(model.FindAll("details"));
    }

    [Fact]
    public void A_model_says_what_it_wants()
    {
        var model = Shape(TinyModel.Reshape());
        model.WaitForAssertion(() => Assert.Equal(["x: Float [?]", "shape: Int64 [2]"], model.FindAll("dd div").Select(d => d.TextContent)), Patience);
        Assert.Contains("Reshape × 1", model.Markup, StringComparison.Ordinal);
        Assert.Empty(model.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task A_model_is_read_once_for_all_who_look()
    {
        var path = Path.Combine(_folder, "0");
        await File.WriteAllBytesAsync(path, TinyModel.Reshape(), Xunit.TestContext.Current.CancellationToken);
        using var file = new UploadedFile(0, "mine.onnx", 1, path, "");
        await file.FormAsync();
        File.Delete(path);
        Assert.Contains("Reshape × 1", _context.Render<ModelShape>(p => p.Add(x => x.File, file)).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Speech_is_drawn_where_it_is_and_told_in_words_and_names_stay_text()
    {
        var report = new SpeechReport(0.032, [new("<b>.wav", 12.5, [new(0.5, 2.25), new(3, 4)], []), new("silence.wav", 0, [], [])]);
        var view = _context.Render<SpeechView>(p => p.Add(x => x.Report, report));
        Assert.Equal(["<b>.wav", "silence.wav"], view.FindAll("figcaption b").Select(b => b.TextContent));
        Assert.Equal(["0 0 12.5 1", "0 0 0.001 1"], view.FindAll("svg").Select(s => s.GetAttribute("viewBox")));
        Assert.Equal([("0.5", "1.75"), ("3", "1")], view.FindAll("rect").Select(r => (r.GetAttribute("x"), r.GetAttribute("width"))));
        Assert.Equal(["Speech: from 0.5 to 2.25 s; from 3 to 4 s.", "No speech."], view.FindAll("p").Select(p => p.TextContent));
    }

    [Fact]
    public void Distances_stand_left_or_right_of_the_tolerance_and_those_without_a_place_are_told()
    {
        var picture = Picture(0, (VerdictReason.Equal, 0.5), (VerdictReason.DiffersFromExecution, 2), (VerdictReason.DiffersFromExecution, double.PositiveInfinity));
        var tolerance = Number(picture.Find("line.tolerance"), "x1");
        var points = picture.FindAll("circle").Select(c => (At: Number(c, "cx"), Bad: c.ClassName == "bad")).ToList();
        Assert.Equal([false, true, true], points.Select(p => p.Bad));
        Assert.True(points[0].At < tolerance && tolerance < points[1].At && points[1].At < points[2].At, picture.Markup);
        Assert.All(points, p => Assert.InRange(p.At, 70, 620));
        Assert.Equal("seat 0 at 0.5; seat 1 at 2; seat 2 at more than any multiple of the tolerance.", picture.Find("p").TextContent);
        Assert.Equal(picture.Find("p").TextContent, picture.Find("svg").GetAttribute("aria-label"));
    }

    [Fact]
    public void Without_a_replica_to_compare_with_there_is_no_picture_of_distances() =>
        Assert.Empty(Picture(null, (VerdictReason.Equal, 0)).FindAll("figure"));

    [Theory]
    [InlineData("other-root", "", "What you downloaded has another root")]
    [InlineData("insecure", "", "open the page by https")]
    [InlineData("misplaced-task", "7", "another task in place 7")]
    [InlineData("unknown-error", "0x12", "0x12 is the digest of no known error")]
    [InlineData("not-on-chain", "", "Your wallet does not find that root on the chain")]
    [InlineData("no-npy", "", "A file is no .npy file")]
    [InlineData("no-zip", "", "The file is no zip")]
    [InlineData("large-zip", "", "too large to be checked in a browser")]
    [InlineData("no-file", "<i>.npy", "The zip has no '<i>.npy'")]
    [InlineData("large-file", "", "larger than it says")]
    [InlineData("what the browser says", "", "what the browser says")]
    public async Task A_check_of_ones_own_says_what_is_wrong_and_never_that_it_is_right(string what, string about, string says)
    {
        var check = Check();
        await check.InvokeAsync(check.Instance.Begin);
        Assert.Equal(("Hashing…", "trouble"), (check.Find("#checked").TextContent, check.Find("#checked").ClassName));
        await check.InvokeAsync(() => check.Instance.Wrong(what, about.Length == 0 ? [] : [about]));
        Assert.Contains(says, check.Find("#checked").TextContent, StringComparison.Ordinal);
        Assert.Equal("trouble", check.Find("#checked").ClassName);
    }

    [Fact]
    public async Task A_check_of_ones_own_can_begin_once_its_script_is_there_and_says_what_it_found()
    {
        var check = Check();
        check.WaitForAssertion(() => Assert.False(check.Find("input").HasAttribute("disabled")), Patience);
        Assert.Equal(("", "quiet"), (check.Find("#checked").TextContent, check.Find("#checked").ClassName));
        await check.InvokeAsync(() => check.Instance.Found("0x12", 3, false));
        Assert.Equal(("All 3 tasks hash to a root that the verdict accepted, as this server read it on the chain: 0x12", "good"), (check.Find("#checked").TextContent, check.Find("#checked").ClassName));
        await check.InvokeAsync(() => check.Instance.Found("0x12", 1, true));
        Assert.Equal("The 1 task hashes to a root that the verdict accepted, and your wallet finds it on the chain: 0x12", check.Find("#checked").TextContent);
    }

    private static double Number(AngleSharp.Dom.IElement element, string attribute) => double.Parse(element.GetAttribute(attribute)!, CultureInfo.InvariantCulture);

    private IRenderedComponent<ModelShape> Shape(byte[] content)
    {
        var path = Path.Combine(_folder, "0");
        File.WriteAllBytes(path, content);
        return _context.Render<ModelShape>(p => p.Add(x => x.File, new UploadedFile(0, "mine.onnx", content.Length, path, "")));
    }

    private IRenderedComponent<DistancePicture> Picture(int? reference, params (VerdictReason Reason, double Share)[] replicas)
    {
        var evidence = new Evidence
        {
            Version = Evidence.CurrentVersion,
            Chain = 1,
            Contract = "",
            Job = default,
            Bundle = default,
            Verifier = new StakeId(1),
            DeterminismClass = default,
            Seed = default,
            Tolerance = Tolerance.Default,
            Reference = reference,
            Replicas = [.. replicas.Select((r, seat) => new ReplicaFinding
            {
                Seat = seat,
                Provider = new StakeId(1),
                DeterminismClass = default,
                Root = default,
                Outcome = r.Reason.OutcomeOf(),
                Reason = r.Reason,
                Detail = "",
                TasksCompared = 1,
                RelativeL2 = new Distance(0),
                ScaledMaximum = new Distance(0),
                ShareOfTolerance = new Distance(r.Share),
            })],
            Samples = [],
        };
        return _context.Render<DistancePicture>(p => p.Add(x => x.Evidence, evidence));
    }

    private IRenderedComponent<SelfCheck> Check()
    {
        _context.Services.AddSingleton<IJSRuntime>(new FakeBrowser(null, 1)).AddSingleton(new PublicDeployment(new(1, default, default, 0, 1)));
        var job = new JobRecord
        {
            Id = default,
            Number = 1,
            Spec = new Chain.Contracts.JobSpec(default, 0, default, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0),
            Terms = new Terms(0, 0, 0, 0, 0, 0, 0, 0),
            PostedBlock = 0,
            Seats = [SeatRecord.Free],
            Check = default,
        };
        return _context.Render<SelfCheck>(p => p.Add(x => x.Job, job));
    }
}
