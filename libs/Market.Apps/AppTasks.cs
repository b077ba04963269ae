using System.Collections;
using System.Globalization;
using System.Text.Json;
using Market.Onnx.Files;
using Market.Onnx.Tensors;

namespace Market.Apps;

/// <summary>The inputs of a step's tasks, on disk: reading one gives it anew each time, so that memory holds one at a time.</summary>
public sealed class AppTasks : IReadOnlyList<TensorMap>
{
    /// <summary>The most tasks of a step.</summary>
    public const int Most = 65_536;

    /// <summary>Bytes that all tasks of a step may have together.</summary>
    public const long MostBytes = 8L << 30;

    private const string LabelFile = "labels";
    private const int Block = 128 << 10;
    private readonly string _folder;
    private readonly List<string> _labels = [];

    internal AppTasks(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, LabelFile));
    }

    /// <summary>What each task is, for people: "scan.png, line 3".</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>Bytes of all tasks as they are stored and sent.</summary>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public int Count => _labels.Count;

    /// <inheritdoc/>
    public TensorMap this[int index] => TensorFile.Decode(File.ReadAllBytes(PathOf(index)));

    /// <summary>The file of a task, encoded as <see cref="TensorFile"/> does it.</summary>
    public string PathOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _labels.Count);
        return FileOf(index);
    }

    /// <inheritdoc/>
    public IEnumerator<TensorMap> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The labels of the tasks that an earlier call put into a folder.</summary>
    internal static IReadOnlyList<string> ReadLabels(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, LabelFile)).Select(line => JsonSerializer.Deserialize<string>(line)!)];

    internal async Task AddAsync(string label, TensorMap inputs, CancellationToken cancellationToken)
    {
        var bytes = TensorFile.Encode(inputs);
        Grow(bytes.Length);
        await File.WriteAllBytesAsync(FileOf(Count), bytes, cancellationToken).ConfigureAwait(false);
        await File.AppendAllTextAsync(Path.Combine(_folder, LabelFile), LineOf(label), cancellationToken).ConfigureAwait(false);
        _labels.Add(label);
    }

    /// <summary>Adds a task that another process encoded. Whether it is one shows when it is read.</summary>
    /// <exception cref="EndOfStreamException">It ends before its length.</exception>
    internal void Add(string label, Stream encoded, long length)
    {
        Grow(length);
        using (var file = new FileStream(FileOf(Count), FileMode.Create, FileAccess.Write))
        {
            var buffer = new byte[Math.Min(length, Block)];
            for (var left = length; left > 0; left -= buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                encoded.ReadExactly(part);
                file.Write(part);
            }
        }

        File.AppendAllText(Path.Combine(_folder, LabelFile), LineOf(label));
        _labels.Add(label);
    }

    private static string LineOf(string label) => JsonSerializer.Serialize(label) + "\n";

    private void Grow(long bytes)
    {
        if (Count == Most || bytes < 0 || bytes > MostBytes - Bytes)
        {
            throw new AppException($"The files make more than {Most} tasks, or tasks of more than {MostBytes >> 30} GiB: give fewer files at a time.");
        }

        Bytes += bytes;
    }

    private string FileOf(int index) => Path.Combine(_folder, index.ToString(CultureInfo.InvariantCulture) + ".tensors");
}
