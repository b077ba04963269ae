using Market.Cli;
using Market.Onnx.Files;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;

namespace Market.Node.Requests;

/// <summary>Reads the tasks of a job from files of tensors, rows or objects (<see cref="TaskFile"/>).</summary>
public static class TaskInputFiles
{
    /// <summary>The inputs of all tasks: files in the order given, folders in the order of their file names.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="model">Whose inputs they are.</param>
    /// <exception cref="FailureException">A path is absent, of another kind, or not what its ending says.</exception>
    public static IReadOnlyList<TensorMap> Read(IEnumerable<string> paths, ModelDescription model)
    {
        var tasks = paths.SelectMany(Files).SelectMany(file => ReadFile(file, model)).Take(Bundle.MostTasks + 1).ToList();
        return tasks.Count is > 0 and <= Bundle.MostTasks
            ? tasks
            : throw new FailureException($"{(tasks.Count == 0 ? "No task" : $"More than {Bundle.MostTasks} tasks")} found in the input files, expected 1 to {Bundle.MostTasks}.");
    }

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new FailureException($"No file or folder '{path}'.");
        }

        var found = Directory.EnumerateFiles(path).Where(f => TaskFile.Endings.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw new FailureException($"No {string.Join(", ", TaskFile.Endings)} file in '{path}'.");
    }

    private static IReadOnlyList<TensorMap> ReadFile(string path, ModelDescription model)
    {
        try
        {
            return TaskFile.Read(path, Path.GetExtension(path), model);
        }
        catch (Exception e) when (e is TensorException or InvalidDataException)
        {
            throw new FailureException($"'{path}': {e.Message}", e);
        }
    }
}
