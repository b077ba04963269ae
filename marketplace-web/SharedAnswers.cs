using System.Collections.Concurrent;

namespace Market.Web;

/// <summary>Answers that all viewers share: however many ask the same, it is worked out once a block.</summary>
internal sealed class SharedAnswers
{
    private const int Most = 1000;
    private volatile ConcurrentDictionary<object, Lazy<Task>> _answers = new();

    /// <summary>Forgets all answers: something changed.</summary>
    public void Forget() => _answers = new();

    /// <summary>The answer to a question; questions that are equal have the same.</summary>
    /// <param name="question">Names what is asked, and whatever the answer depends on beside the block.</param>
    /// <param name="ask">Finds the answer. It goes on when whoever asked first is gone: others wait too.</param>
    /// <param name="gone">Waits no longer.</param>
    public async Task<T> AskAsync<T>(object question, Func<Task<T>> ask, CancellationToken gone)
    {
        var answers = _answers;
        if (!answers.ContainsKey(question) && answers.Count >= Most)
        {
            return await ask();
        }

        var answer = answers.GetOrAdd(question, _ => new Lazy<Task>(() => Task.Run(ask, CancellationToken.None)));
        try
        {
            return await ((Task<T>)answer.Value).WaitAsync(gone);
        }
        catch when (answer.Value.IsFaulted)
        {
            // What failed once may succeed for whoever asks next.
            answers.TryRemove(KeyValuePair.Create(question, answer));
            throw;
        }
    }
}
