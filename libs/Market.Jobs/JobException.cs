namespace Market.Jobs;

/// <summary>The one exception of this library: a job's data or results are not what they should be, or not to be had.</summary>
public sealed class JobException : Exception
{
    /// <summary>Says what was found and what was expected.</summary>
    public JobException(string message)
        : base(message)
    {
    }

    /// <summary>Says what was found and what was expected.</summary>
    public JobException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
