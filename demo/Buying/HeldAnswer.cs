namespace Market.Demo.Buying;

/// <summary>An answer of a wallet whose owner takes a while.</summary>
/// <param name="method">What is asked.</param>
internal sealed class HeldAnswer(string method)
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Method => method;

    /// <summary>Ends when the wallet is asked.</summary>
    public Task Asked => _asked.Task;

    public void Give() => _given.TrySetResult();

    public Task HoldAsync(CancellationToken stop)
    {
        _asked.TrySetResult();
        return _given.Task.WaitAsync(stop);
    }
}
