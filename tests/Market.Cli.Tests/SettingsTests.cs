using System.CommandLine;

namespace Market.Cli;

public sealed class SettingsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Refuses_a_file_that_was_named_but_is_absent() =>
        Assert.Contains("No config file '/nowhere.json'", Refusal("/nowhere.json"), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"rcp\":\"x\"}", "unknown key 'rcp'; expected one of")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{", "not a JSON object")]
    [InlineData("{\"rpc\":\"a\",\"rpc\":\"b\"}", "not a JSON object with each key once")]
    [InlineData("{\"rpc\":{}}", "'rpc' in")]
    public void Refuses_a_file_that_cannot_be_meant(string json, string reason)
    {
        File.WriteAllText(_file, json);
        Assert.Contains(reason, Refusal(_file), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_file_that_is_too_large()
    {
        File.WriteAllText(_file, new string(' ', (1 << 20) + 1));
        Assert.Contains("expected at most 1048576", Refusal(_file), StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_the_flag_before_the_environment_before_the_file_before_the_default()
    {
        File.WriteAllText(_file, "{\"rpc\":\"file\",\"price\":7,\"peer\":[\"a\",\"b\"]}");
        Assert.Equal(("flag", 7, "a b"), Run(["run", "--rpc", "flag"], "environment"));
        Assert.Equal(("environment", 7, "a b"), Run(["run"], "environment"));
        Assert.Equal(("file", 7, "a b"), Run(["run"], null));
        File.WriteAllText(_file, "{}");
        Assert.Equal(("default", 1, ""), Run(["run"], null));
    }

    private static string Refusal(string file) =>
        Assert.Throws<FailureException>(() => Settings.Complete(Commands(_ => { }), ["run", "--config", file], _ => null, file)).Message;

    private (string Rpc, int Price, string Peers) Run(string[] args, string? environment)
    {
        (string, int, string) seen = default;
        RootCommand root = Commands(r => seen = (r.GetValue<string>("--rpc")!, r.GetValue<int>("--price"), string.Join(' ', r.GetValue<string[]>("--peer") ?? [])));
        ParseResult parsed = root.Parse(Settings.Complete(root, args, name => name == "MARKET_RPC" ? environment : null, _file));
        Assert.Empty(parsed.Errors);
        parsed.Invoke();
        return seen;
    }

    private static RootCommand Commands(Action<ParseResult> action)
    {
        var run = new Command("run") { new Option<int>("--price") { DefaultValueFactory = _ => 1 }, new Option<string[]>("--peer") };
        run.SetAction(action);
        return new RootCommand { run, Settings.ConfigOption, new Option<string>("--rpc") { Recursive = true, DefaultValueFactory = _ => "default" } };
    }
}
