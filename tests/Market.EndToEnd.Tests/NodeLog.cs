using System.Text;

namespace Market.EndToEnd.Tests;

/// <summary>Every line that the nodes write, for tests that wait for one.</summary>
internal sealed class NodeLog : TextWriter
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>All lines so far.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join("\n", _lines);
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_lock)
        {
            _lines.Add(value ?? "");
            foreach (var (_, found) in _waiting.Where(w => w.Wanted(value ?? "")).ToList())
            {
                found.TrySetResult(value ?? "");
            }
        }
    }

    /// <summary>The first line that a node wrote, or writes, about a job and that contains some words.</summary>
    public Task<string> WaitAsync(string node, string job, string words, CancellationToken stop)
    {
        bool Wanted(string line) => line.StartsWith($"[{node}]", StringComparison.Ordinal) && line.Contains(job, StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal);
        lock (_lock)
        {
            var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Wanted, found));
            if (_lines.Find(Wanted) is { } line)
            {
                found.SetResult(line);
            }

            return found.Task.WaitAsync(TimeSpan.FromMinutes(3), stop);
        }
    }
}
