namespace Market.Content.Exchange;

/// <summary>A token that ends with another or after a time, whichever comes first, and tells which.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeSpan after, TimeProvider time, CancellationToken cancellationToken)
    {
        _time = new CancellationTokenSource(after, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, cancellationToken);
    }

    public CancellationToken Token => _either.Token;

    public bool HasPassed => _time.IsCancellationRequested;

    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }
}
