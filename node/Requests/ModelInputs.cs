using Market.Cli;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Node.Requests;

/// <summary>Reads a job's inputs and checks them against the model before money moves.</summary>
internal static class ModelInputs
{
    private const int MostFindings = 20;

    /// <exception cref="FailureException">Inputs do not fit the model; all findings at once.</exception>
    /// <exception cref="OnnxModelException">The model is refused.</exception>
    public static IReadOnlyList<TensorMap> Read(string modelPath, IReadOnlyList<string> paths)
    {
        var model = ModelReader.Read(modelPath);
        var tasks = TaskInputFiles.Read(paths, model);
        var findings = tasks.SelectMany((task, i) => model.Check(task).Select(f => $"task {i}: {f}")).Take(MostFindings + 1).ToList();
        return findings.Count == 0
            ? tasks
            : throw new FailureException("The inputs do not fit the model:\n" + string.Join('\n', findings.Take(MostFindings)) + (findings.Count > MostFindings ? "\n…" : ""));
    }
}
