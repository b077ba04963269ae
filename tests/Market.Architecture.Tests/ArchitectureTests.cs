using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Market.Architecture.Tests;

/// <summary>What ARCHITECTURE.md says of the structure, held.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Root = Checkout.Root;

    private static readonly string[] Folders = ["contracts", "libs", "node", "verifier", "marketplace-web", "demo", "scripts", "tests"];

    /// <summary>Which projects each may know. Programs may know every library.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Market.Ethereum"] = [],
        ["Market.Libp2p"] = [],
        ["Market.Onnx"] = [],
        ["Market.Onnx.Worker"] = ["Market.Onnx"],
        ["Market.Apps"] = ["Market.Onnx", "Market.Apps.Decoder"],
        ["Market.Apps.Decoder"] = ["Market.Onnx"],
        ["Market.Protocol"] = [],
        ["Market.Chain.Bindings"] = ["Market.Ethereum"],
        ["Market.Chain"] = ["Market.Ethereum", "Market.Protocol", "Market.Chain.Bindings"],
        ["Market.Content"] = ["Market.Libp2p"],
        ["Market.Index"] = ["Market.Chain"],
        ["Market.Jobs"] = ["Market.Chain", "Market.Content", "Market.Onnx"],
        ["Market.Cli"] = [],
    };

    public static TheoryData<string> Libraries => [.. Directory.EnumerateFiles(Path.Combine(Root, "libs"), "*.csproj", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Root, p))];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Libraries_know_only_what_lies_below_them(string project)
    {
        var known = XDocument.Load(Path.Combine(Root, project)).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).ToList();
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Arrows.TryGetValue(name, out var allowed), $"{name} is new: say in this test what it may know.");
        Assert.Empty(known.Except(allowed));
    }

    [Fact]
    public void The_foundations_have_no_word_of_the_market()
    {
        foreach (var library in (string[])["Market.Ethereum", "Market.Libp2p", "Market.Onnx", "Market.Apps", "Market.Apps.Decoder"])
        {
            foreach (var file in Sources(Path.Combine(Root, "libs", library)))
            {
                var text = File.ReadAllText(file);
                Assert.False(MarketWord().IsMatch(text), $"{file} speaks of the market: {MarketWord().Match(text).Value}");
            }
        }
    }

    /// <summary>Files that strangers send are parsed by the confined decoder alone; what is left out here reads models that we bring along.</summary>
    [Fact]
    public void The_web_server_and_the_apps_parse_no_model_and_no_tensors_of_strangers()
    {
        foreach (var file in Sources(Path.Combine(Root, "marketplace-web")).Concat(Sources(Path.Combine(Root, "libs/Market.Apps"))).Where(f => !Path.GetFileName(f).Equals("ModelNames.cs", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(file);
            Assert.False(ParserOfStrangers().IsMatch(text), $"{file} parses what a stranger may have sent: {ParserOfStrangers().Match(text).Value}");
        }

        Assert.Matches(ParserOfStrangers(), File.ReadAllText(Path.Combine(Root, "marketplace-web/ModelNames.cs")));
        Assert.Matches(ParserOfStrangers(), File.ReadAllText(Path.Combine(Root, "libs/Market.Apps.Decoder/TaskDecoder.cs")));
        Assert.Contains("step.ReadModelAsync", File.ReadAllText(Path.Combine(Root, "marketplace-web/Purchases/JobOffice.cs")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_is_finished()
    {
        var marks = new[] { "TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception" };
        foreach (var file in Folders.SelectMany(folder => Sources(Path.Combine(Root, folder))))
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain(marks, mark => text.Contains(mark, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Documents_link_to_what_exists()
    {
        foreach (var document in Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md")))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(document)))
            {
                var target = link.Groups[1].Value;
                Assert.True(target.Contains("://", StringComparison.Ordinal) || Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target)), $"{Path.GetFileName(document)} links to '{target}', which is not there.");
            }
        }
    }

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(f => Path.GetExtension(f) is ".cs" or ".sol" or ".mjs" or ".razor");

    [GeneratedRegex(@"\b(requester|escrow|stake|seat|verdict)s?\b", RegexOptions.IgnoreCase)]
    private static partial Regex MarketWord();

    [GeneratedRegex(@"\b((ModelReader|ModelTree|ModelGraph|TraceableModel|JudgedModel|TaskFile|NpyFile|NpzFile)\.Read|SKBitmap|SKCodec)\b")]
    private static partial Regex ParserOfStrangers();

    [GeneratedRegex(@"\]\(([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
