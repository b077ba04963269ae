using System.Diagnostics;
using Market.Cli.Processes;

namespace Market.Cli;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Says_the_last_words_of_a_program_that_ends_before_it_is_ready()
    {
        FailureException failure = await Assert.ThrowsAsync<FailureException>(() => StartAsync("echo no money >&2; exit 3", Limit));
        Assert.Contains("shell ended with code 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no money", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_up_on_a_program_that_never_says_it_is_ready_and_leaves_nothing_behind()
    {
        FailureException failure = await Assert.ThrowsAsync<FailureException>(() => StartAsync("echo $$; exec cat", TimeSpan.FromMilliseconds(500)));
        Assert.Contains("not ready within", failure.Message, StringComparison.Ordinal);
        int id = int.Parse(failure.Message.Split('\n')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact]
    public async Task Ends_a_program_by_ending_its_input()
    {
        (ChildProcess child, string ready) = await StartAsync("echo ready 7; cat; echo bye", Limit);
        Assert.Equal("7", ready);
        await child.DisposeAsync();
        Assert.Contains("bye", child.LastWords, StringComparison.Ordinal);
    }

    private static Task<(ChildProcess Process, string Ready)> StartAsync(string script, TimeSpan timeout) =>
        ChildProcess.StartAsync("shell", new ProcessStartInfo("sh", ["-c", script]), l => l.StartsWith("ready ", StringComparison.Ordinal) ? l[6..] : null, timeout, null, TestContext.Current.CancellationToken);
}
