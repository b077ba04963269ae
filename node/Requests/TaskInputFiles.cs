using Market.Cli;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;

namespace Market.Node.Requests;

/// <summary>Reads the tasks of a job from files: one <c>.npy</c> (the model's only input) or <c>.npz</c> (all inputs by name) for each task.</summary>
public static class TaskInputFiles
{
    private const long LargestFile = 1L << 30;

    /// <summary>The inputs of all tasks: files in the order given, folders in the order of their file names.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="onlyInput">The name of the model's only input; null if it has more.</param>
    /// <exception cref="FailureException">A path is absent, of another kind, or not what its ending says.</exception>
    public static IReadOnlyList<TensorMap> Read(IEnumerable<string> paths, string? onlyInput)
    {
        var files = paths.SelectMany(Files).ToList();
        return files.Count is > 0 and <= Bundle.MostTasks
            ? [.. files.Select(file => ReadFile(file, onlyInput))]
            : throw new FailureException($"{files.Count} input files found, expected 1 to {Bundle.MostTasks}.");
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

        var found = Directory.EnumerateFiles(path).Where(f => Path.GetExtension(f) is ".npy" or ".npz").Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw new FailureException($"No .npy or .npz file in '{path}'.");
    }

    private static TensorMap ReadFile(string path, string? onlyInput)
    {
        var length = new FileInfo(path).Length;
        if (length > LargestFile)
        {
            throw new FailureException($"'{path}' has {length} bytes, expected at most {LargestFile}.");
        }

        try
        {
            switch (Path.GetExtension(path))
            {
                case ".npy":
                    var name = onlyInput ?? throw new FailureException($"'{path}' holds one tensor, but the model has several inputs: expected .npz files with all of them by name.");
                    return [KeyValuePair.Create(name, NpyFile.Read(File.ReadAllBytes(path)))];
                case ".npz":
                    using (var file = File.OpenRead(path))
                    {
                        return NpzFile.Read(file, LargestFile);
                    }

                default:
                    throw new FailureException($"'{path}' is no .npy or .npz file.");
            }
        }
        catch (Exception e) when (e is TensorException or InvalidDataException)
        {
            throw new FailureException($"'{path}': {e.Message}", e);
        }
    }
}
