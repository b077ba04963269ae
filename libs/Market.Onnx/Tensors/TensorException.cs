namespace Market.Onnx.Tensors;

/// <summary>A tensor, or a file of tensors, that is not what it says it is; the message names what was found and what was expected.</summary>
public sealed class TensorException : Exception
{
    /// <param name="message">What was found and what was expected.</param>
    public TensorException(string message)
        : base(message)
    {
    }

    /// <param name="message">What was found and what was expected.</param>
    /// <param name="inner">What it came from.</param>
    public TensorException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
