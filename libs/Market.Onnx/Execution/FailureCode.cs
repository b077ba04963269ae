namespace Market.Onnx.Execution;

/// <summary>Why a model gave no outputs for a task: a canonical result, the same on every machine.</summary>
/// <remarks>The numbers are part of the result's digest; they are never reused.</remarks>
public enum FailureCode
{
    /// <summary>The inputs are not those that the model declares: a name, element type, rank or fixed dimension differs.</summary>
    InvalidInput = 1,

    /// <summary>An operator refused the values or shapes that it met while the model ran.</summary>
    ModelFailed = 2,

    /// <summary>An output is no dense tensor (a sequence, a map, an absent optional, a sparse tensor).</summary>
    UnsupportedOutput = 3,
}
