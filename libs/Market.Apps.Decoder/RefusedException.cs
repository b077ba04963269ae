namespace Market.Apps.Decoder;

/// <summary>A file that is not read: the message says what was found and what was expected.</summary>
internal sealed class RefusedException(string message) : Exception(message);
