namespace Market.Apps.Models;

/// <summary>What a model gave, task by task.</summary>
/// <param name="Tasks">One for each task, in order.</param>
public sealed record ModelReport(IReadOnlyList<TaskReport> Tasks) : AppReport;

/// <summary>What a model gave for one task.</summary>
/// <param name="Label">What the task is.</param>
/// <param name="Outputs">The outputs; null if the model gave none for these inputs.</param>
public sealed record TaskReport(string Label, IReadOnlyList<OutputReport>? Outputs);

/// <summary>One output tensor, in short.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Dims">Its dimensions.</param>
/// <param name="First">Its first values, as 32-bit floats; none of types that are no plain numbers.</param>
public sealed record OutputReport(string Name, string Type, IReadOnlyList<long> Dims, IReadOnlyList<float> First);
