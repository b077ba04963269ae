using System.Text;
using Market.Onnx.Files;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Apps.Decoder;

/// <summary>Reads the inputs of a model from files of many kinds.</summary>
/// <remarks>
/// <code>
/// u8 1 when the model is read, then for each file of inputs:
/// i32 findings ‖ findings × (u16 bytes ‖ UTF-8) ‖ i32 tasks ‖ tasks × (i64 bytes ‖ the task as TensorFile encodes it)
/// </code>
/// Integers are little-endian. A file with findings has no tasks. Each is written before the next is read, so that whoever reads
/// along knows which file broke this program.
/// </remarks>
internal static class TaskDecoder
{
    private const int MostFindings = 20;
    private const int LongestFinding = 10_000;

    /// <param name="input">The files, one after the other.</param>
    /// <param name="model">The model's length and ending.</param>
    /// <param name="files">The length and ending of each file of inputs.</param>
    /// <param name="output">Where the tasks go.</param>
    /// <exception cref="OnnxModelException">The reader refuses the model.</exception>
    public static void Decode(Stream input, string model, IReadOnlyList<string> files, Stream output)
    {
        using var writer = new BinaryWriter(new BufferedStream(output, 1 << 16));
        var description = ModelReader.Read(Read(input, model).Bytes);
        writer.Write(true);
        writer.Flush();
        foreach (var file in files)
        {
            var (bytes, ending) = Read(input, file);
            Decode(bytes, ending, description, writer);
            writer.Flush();
        }
    }

    private static (byte[] Bytes, string Ending) Read(Stream input, string file)
    {
        var point = file.IndexOf('.', StringComparison.Ordinal);
        return (SentFile.Read(input, file.AsSpan(0, point)), file[point..]);
    }

    private static void Decode(byte[] file, string ending, ModelDescription model, BinaryWriter writer)
    {
        var (tasks, findings) = Read(file, ending, model);
        writer.Write(findings.Count);
        foreach (var finding in findings)
        {
            var text = Encoding.UTF8.GetBytes(finding.Length > LongestFinding ? finding[..LongestFinding] : finding);
            writer.Write((ushort)text.Length);
            writer.Write(text);
        }

        writer.Write(tasks.Count);
        foreach (var task in tasks)
        {
            var encoded = TensorFile.Encode(task);
            writer.Write((long)encoded.Length);
            writer.Write(encoded);
        }
    }

    private static (IReadOnlyList<TensorMap> Tasks, IReadOnlyList<string> Findings) Read(byte[] file, string ending, ModelDescription model)
    {
        try
        {
            var tasks = TaskFile.Read(new MemoryStream(file, 0, file.Length, writable: false, publiclyVisible: true), ending, model);
            var findings = tasks.SelectMany((task, i) => model.Check(task).Select(finding => tasks.Count > 1 ? $"task {i + 1}: {finding}" : finding)).Take(MostFindings + 1).ToList();
            if (findings.Count > MostFindings)
            {
                findings[MostFindings] = "… and more.";
            }

            return findings.Count > 0 ? ([], findings) : (tasks, []);
        }
        catch (TensorException e)
        {
            return ([], [e.Message]);
        }
    }
}
