namespace Market.Index;

/// <summary>The index cannot be opened, read or written; the message says why.</summary>
public sealed class IndexException : Exception
{
    /// <summary>Says why.</summary>
    public IndexException(string message)
        : base(message)
    {
    }

    /// <summary>Says why, and what caused it.</summary>
    public IndexException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
