namespace Market.Apps;

/// <summary>One model and the tasks to run on it: what one job does.</summary>
/// <param name="Title">What happens in it, in a word or two.</param>
/// <param name="Model">The ONNX file.</param>
/// <param name="Tasks">The inputs of every task.</param>
public sealed record AppStep(string Title, string Model, AppTasks Tasks);
