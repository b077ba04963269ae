using System.Collections.Immutable;
using Market.Onnx.Comparison;
using System.Globalization;

namespace Market.Onnx.Reading;

/// <summary>Reads what an ONNX file declares, and refuses what no honest market can run. https://onnx.ai/onnx/repo-docs/IR.html</summary>
public static class ModelReader
{
    /// <summary>The largest file: what one protobuf message can be.</summary>
    public const long LargestFile = int.MaxValue;

    private const long LeastIr = 3;
    private const long MostIr = 13;
    private const long LeastOpset = 1;
    private const long MostOpset = 26;

    /// <summary>Reads a file.</summary>
    /// <exception cref="OnnxModelException">It is absent, too large, no ONNX file, or refused; the message says why.</exception>
    public static ModelDescription Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new OnnxModelException($"No model '{path}'.");
        }

        var length = new FileInfo(path).Length;
        if (length is 0 or > LargestFile)
        {
            throw new OnnxModelException(string.Create(CultureInfo.InvariantCulture, $"'{path}' has {length} bytes, expected 1 to {LargestFile}."));
        }

        return Read(File.ReadAllBytes(path));
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <exception cref="OnnxModelException">It is no ONNX file, or refused; the message says why.</exception>
    public static ModelDescription Read(ReadOnlySpan<byte> file)
    {
        var ir = 0L;
        var opsets = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        ReadOnlySpan<byte> graph = default;
        var graphs = 0;
        for (var fields = new ProtoFields(file, "model"); fields.MoveNext();)
        {
            switch (fields.Number)
            {
                case 1:
                    ir = (long)fields.Value;
                    break;
                case 7:
                    graph = fields.Content;
                    graphs++;
                    break;
                case 8:
                    var (domain, version) = ReadOpset(fields.Content);
                    opsets[domain] = version;
                    break;
                case 25:
                    throw new OnnxModelException("The model defines functions of its own, expected operators that the runtime brings with it.");
            }
        }

        if (graphs != 1)
        {
            throw new OnnxModelException($"The file has {graphs} graphs, expected one: it is no ONNX model.");
        }

        CheckVersions(ir, opsets);
        var reader = new GraphReader();
        var (inputs, outputs) = reader.Read(graph);
        foreach (var domain in reader.Domains.Where(domain => !opsets.ContainsKey(domain)))
        {
            throw new OnnxModelException($"The model does not say which version of the operators of {(domain.Length == 0 ? "ONNX itself" : $"'{domain}'")} it wants.");
        }

        ImmutableArray<Choice> choices = [.. reader.Choices.Where(choice => outputs.Contains(choice.Scores) && outputs.Contains(choice.Labels))];
        return new ModelDescription
        {
            IrVersion = ir,
            Opsets = opsets.ToImmutable(),
            Inputs = inputs,
            Outputs = outputs.Length > 0 ? outputs : throw new OnnxModelException("The model has no output."),
            Operators = reader.Operators,
            Initializers = reader.Initializers,
            InitializerBytes = reader.InitializerBytes,
            HasHalves = reader.HasHalves,
            PickedOutputs = [.. outputs.Where(output => reader.IsPicked(output) && !choices.Any(choice => choice.Values == output && !reader.IsPicked(choice.Scores)))],
            Choices = choices,
        };
    }

    private static (string Domain, long Version) ReadOpset(ReadOnlySpan<byte> opset)
    {
        var (domain, version) = ("", 0L);
        for (var fields = new ProtoFields(opset, "operator set"); fields.MoveNext();)
        {
            if (fields.Number == 1)
            {
                domain = fields.Text(256);
            }
            else if (fields.Number == 2)
            {
                version = (long)fields.Value;
            }
        }

        return (domain == "ai.onnx" ? "" : domain, version);
    }

    private static void CheckVersions(long ir, ImmutableSortedDictionary<string, long>.Builder opsets)
    {
        if (ir is < LeastIr or > MostIr)
        {
            throw new OnnxModelException($"The file's format has version {ir}, expected {LeastIr} to {MostIr}.");
        }

        if (opsets.TryGetValue("", out var version) && version is < LeastOpset or > MostOpset)
        {
            throw new OnnxModelException($"The model wants operators of version {version}, expected {LeastOpset} to {MostOpset}.");
        }
    }
}
