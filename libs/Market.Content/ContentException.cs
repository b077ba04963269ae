namespace Market.Content;

/// <summary>The one exception of this library: content that is absent, wrong or does not fit.</summary>
/// <param name="reason">What happened, for callers that decide by it.</param>
/// <param name="message">What was found and what was expected.</param>
/// <param name="inner">The cause, where there is one.</param>
public sealed class ContentException(ContentReason reason, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>What happened.</summary>
    public ContentReason Reason { get; } = reason;
}
