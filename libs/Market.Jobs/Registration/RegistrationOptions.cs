using Market.Onnx.Execution;

namespace Market.Jobs.Registration;

/// <summary>How a model is registered.</summary>
public sealed record RegistrationOptions
{
    /// <summary>How far the model is rewritten once: at most <see cref="OptimizationLevel.Extended"/>, since what lies beyond depends on the processor.</summary>
    /// <remarks>Up to <see cref="OptimizationLevel.Basic"/> only ONNX's own operators come out, which contracts can judge and every build runs.</remarks>
    public OptimizationLevel Optimization { get; init; } = OptimizationLevel.Basic;

    /// <summary>The WebAssembly build, if it is at hand.</summary>
    public WebRuntime? Web { get; init; }

    /// <summary>What samples were made up from; null if they were given.</summary>
    public int? Seed { get; init; }

    /// <summary>Told what is going on, in a line for people.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}
