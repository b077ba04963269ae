using System.Collections.Concurrent;

namespace Market.Onnx.Execution;

/// <summary>One thread that runs blocking exchanges in turn and hands their results to awaiting callers.</summary>
internal sealed class ExchangeThread : IAsyncDisposable
{
    private readonly BlockingCollection<Action> _exchanges = new(boundedCapacity: 4);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ExchangeThread(string name) =>
        new Thread(Loop, maxStackSize: 256 << 10) { IsBackground = true, Name = name }.Start();

    public Task<T> RunAsync<T>(Func<T> exchange)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _exchanges.Add(() => Run(exchange, result));
        }
        catch (InvalidOperationException)
        {
            result.SetException(new ObjectDisposedException(nameof(ExchangeThread)));
        }

        return result.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _exchanges.CompleteAdding();
        await _ended.Task.ConfigureAwait(false);
        _exchanges.Dispose();
    }

    private static void Run<T>(Func<T> exchange, TaskCompletionSource<T> result)
    {
        try
        {
            result.SetResult(exchange());
        }
        catch (Exception e)
        {
            result.SetException(e);
        }
    }

    private void Loop()
    {
        foreach (var exchange in _exchanges.GetConsumingEnumerable())
        {
            exchange();
        }

        _ended.SetResult();
    }
}
