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
        using var file = File.OpenRead(path);
        return Read(file, ending, model);
    }

    /// <summary>Reads the tasks of a file that is open.</summary>
    /// <param name="file">A stream that can seek, at its beginning.</param>
    /// <param name="ending">Its kind: one of <see cref="Endings"/>.</param>
    /// <param name="model">Whose inputs they are: it gives names, types and shapes where the file does not.</param>
    /// <exception cref="TensorException">It is empty, too large, of another kind, or not what its ending says.</exception>
    public static IReadOnlyList<TensorMap> Read(Stream file, string ending, ModelDescription model)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(model);
        long length = file.Length, most = ending is ".csv" or ".json" ? LargestText : LargestFile;
        if (length == 0 || length > most)
        {
            throw new TensorException(string.Create(CultureInfo.InvariantCulture, $"The file has {length} bytes, expected 1 to {most}."));
        }

        return ending switch
        {
            ".npy" => [[KeyValuePair.Create(OnlyInput(model).Name, NpyFile.Read(ReadAll(file)))]],
            ".npz" => [NpzFile.Read(file, LargestFile)],
            ".csv" => CsvTasks.Read(LinesOf(file), model),
            ".json" => JsonTasks.Read(ReadAll(file), model),
            _ => throw new TensorException($"'{ending}' is no kind of file with tensors, expected {string.Join(", ", Endings)}."),
        };
    }

    private static ReadOnlyMemory<byte> ReadAll(Stream file)
    {
        if (file is MemoryStream memory && memory.TryGetBuffer(out var here))
        {
            return here;
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static IEnumerable<string> LinesOf(Stream file)
    {
        var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static ModelValue OnlyInput(ModelDescription model) => model.Inputs.Length == 1
        ? model.Inputs[0]
        : throw new TensorException($"The file holds one tensor, but the model has {model.Inputs.Length} inputs: expected an .npz file with all of them by name.");
}
