namespace Market.Ethereum;

/// <summary>Bytes, text or answers that are not what Ethereum's specifications say; the message names what was found and what was expected.</summary>
public class EthereumException : Exception
{
    /// <param name="message">What was found and what was expected.</param>
    public EthereumException(string message)
        : base(message)
    {
    }

    /// <param name="message">What was found and what was expected.</param>
    /// <param name="inner">What it came from.</param>
    public EthereumException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
