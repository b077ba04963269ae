using System.Globalization;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Files;

/// <summary>
/// Inputs of a model from files of many kinds: one task of a <c>.npy</c> (the model's only input) or <c>.npz</c> (all inputs by
/// name), one for each row of a <c>.csv</c> and for each object of a <c>.json</c>.
/// </summary>
public static class TaskFile
{
    /// <summary>The largest file of tensors, and the most that an archive may unpack to.</summary>
    public const long LargestFile = 1L << 30;

    /// <summary>The largest file of text.</summary>
    public const long LargestText = 64L << 20;

    /// <summary>The most tasks in one file.</summary>
    public const int MostTasks = 65_536;

    /// <summary>The endings that are known.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".npy", ".npz", ".csv", ".json"];

    /// <summary>Reads the tasks of a file. Whether they fit the model, <see cref="ModelDescription.Check(TensorMap)"/> tells.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="ending">Its kind: one of <see cref="Endings"/>.</param>
    /// <param name="model">Whose inputs they are: it gives names, types and shapes where the file does not.</param>
    /// <exception cref="TensorException">It is empty, too large, of another kind, or not what its ending says.</exception>
    public static IReadOnlyList<TensorMap> Read(string path, string ending, ModelDescription model)
    {
        ArgumentNullException.ThrowIfNull(model);
        long length = new FileInfo(path).Length, most = ending is ".csv" or ".json" ? LargestText : LargestFile;
        if (length == 0 || length > most)
        {
            throw new TensorException(string.Create(CultureInfo.InvariantCulture, $"The file has {length} bytes, expected 1 to {most}."));
        }

        switch (ending)
        {
            case ".npy":
                var tensor = NpyFile.Read(File.ReadAllBytes(path));
                return [[KeyValuePair.Create(OnlyInput(model).Name, tensor)]];
            case ".npz":
                using (var file = File.OpenRead(path))
                {
                    return [NpzFile.Read(file, LargestFile)];
                }

            case ".csv":
                return CsvTasks.Read(File.ReadLines(path), model);
            case ".json":
                return JsonTasks.Read(File.ReadAllBytes(path), model);
            default:
                throw new TensorException($"'{ending}' is no kind of file with tensors, expected {string.Join(", ", Endings)}.");
        }
    }

    private static ModelValue OnlyInput(ModelDescription model) => model.Inputs.Length == 1
        ? model.Inputs[0]
        : throw new TensorException($"The file holds one tensor, but the model has {model.Inputs.Length} inputs: expected an .npz file with all of them by name.");
}
