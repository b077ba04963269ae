
namespace Market.Web.Tests;

/// <summary>What viewers share until the next block.</summary>
public sealed class SharedAnswersTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly SharedAnswers _answers = new();
    private int _asked;

    [Fact]
    public async Task What_failed_is_asked_again()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _answers.AskAsync<int>("a", () => throw new InvalidOperationException("no"), Never));
        Assert.Equal(1, await _answers.AskAsync("a", CountAsync, Never));
    }

    [Fact]
    public async Task Whoever_leaves_does_not_take_the_answer_from_the_others()
    {
        using var leaves = new CancellationTokenSource();
        var answer = new TaskCompletionSource<int>();
        var (first, second) = (_answers.AskAsync("a", () => answer.Task, leaves.Token), _answers.AskAsync("a", CountAsync, Never));
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(7);
        Assert.Equal(7, await second);
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_question_is_worked_out_once_until_something_changes_however_many_ask_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _answers.AskAsync(("jobs", 25), CountAsync, Never)));
        Assert.All(answers, answer => Assert.Equal(1, answer));
        Assert.Equal(2, await _answers.AskAsync(("jobs", 50), CountAsync, Never));
        _answers.Forget();
        Assert.Equal(3, await _answers.AskAsync(("jobs", 25), CountAsync, Never));
    }

    [Fact]
    public async Task Whoever_asks_thousands_of_questions_is_answered_and_fills_no_memory()
    {
        for (var i = 1; i <= 2000; i++)
        {
            Assert.Equal(i, await _answers.AskAsync(i, CountAsync, Never));
        }

        Assert.Equal(1, await _answers.AskAsync(1, CountAsync, Never));
        Assert.Equal(2001, await _answers.AskAsync(2000, CountAsync, Never));
    }

    private Task<int> CountAsync() => Task.FromResult(Interlocked.Increment(ref _asked));
}
