namespace Market.Cli;

/// <summary>Something that the person at the terminal can mend: its message is shown as it is, without a stack trace.</summary>
public sealed class FailureException : Exception
{
    /// <param name="message">What was found and what was expected, in one sentence.</param>
    public FailureException(string message)
        : base(message)
    {
    }

    /// <param name="message">What was found and what was expected, in one sentence.</param>
    /// <param name="inner">What it came from.</param>
    public FailureException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
