namespace Market.Onnx.Reading;

/// <summary>A model that is refused: the message says what was found and what was expected.</summary>
public sealed class OnnxModelException : Exception
{
    /// <summary>Says why a model is refused.</summary>
    public OnnxModelException(string message)
        : base(message)
    {
    }

    /// <summary>Says why a model is refused.</summary>
    public OnnxModelException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
