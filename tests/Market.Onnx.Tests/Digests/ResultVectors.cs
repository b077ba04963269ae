using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Tests.Digests;

/// <summary>The published vectors of docs/results.md: tests/vectors/results/vectors.json, which a JavaScript test reads too.</summary>
internal static class ResultVectors
{
    public static string Path { get; } = Checkout.At("tests/vectors/results/vectors.json");

    public static string Write()
    {
        var tensors = new JsonArray([.. Tensors().Select(Describe)]);
        var trees = new JsonArray([.. ((IEnumerable<int>)[1, 2, 3, 5, 8]).Select(DescribeTree)]);
        var errors = new JsonArray([.. Enum.GetValues<FailureCode>().Select(c => (JsonNode)new JsonObject { ["code"] = (int)c, ["root"] = TaskDigest.OfError(c).Root.ToString() })]);
        var outputs = new TensorMap { new("scores", Tensors().First().Tensor), new("größe", Tensors().Last().Tensor) };
        var set = new JsonObject { ["names"] = new JsonArray([.. outputs.Select(o => (JsonNode)o.Key)]), ["tensors"] = new JsonArray([.. outputs.Select(o => (JsonNode)TensorDigest.Of(o.Value).ToString())]), ["root"] = TensorDigest.Of(outputs).ToString() };
        var document = new JsonObject { ["tensors"] = tensors, ["outputs"] = set, ["errors"] = errors, ["trees"] = trees, ["traces"] = new JsonArray([.. ((IEnumerable<int>)[1, 2, 3, 7]).Select(DescribeTrace)]) };
        return document.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    /// <summary>Every element type, and every place where machines' bytes differ for equal values.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Tensors()
    {
        yield return ("float", Of(ElementType.Float, [2, 2], Floats(1, -2.5f, 3e-45f, float.MaxValue)));
        yield return ("float scalar", Of(ElementType.Float, [], Floats(42)));
        yield return ("float empty", Of(ElementType.Float, [0, 7], []));
        yield return ("float -0", Of(ElementType.Float, [2], Floats(-0f, 0f)));
        yield return ("float NaN of x86", Of(ElementType.Float, [1], [0, 0, 0xc0, 0xff]));
        yield return ("float NaN of ARM", Of(ElementType.Float, [1], [0, 0, 0xc0, 0x7f]));
        yield return ("float NaN with payload", Of(ElementType.Float, [1], [1, 2, 0x83, 0x7f]));
        yield return ("float infinities", Of(ElementType.Float, [3], Floats(float.PositiveInfinity, float.NegativeInfinity, 2)));
        foreach (int bytes in new[] { 2044, 2048, 2052, 4096, 4100, 6148 })
        {
            yield return ($"float of {bytes} bytes", Of(ElementType.Float, [bytes / 4], Floats([.. Enumerable.Range(0, bytes / 4).Select(i => i / 3f)])));
        }

        yield return ("double", Of(ElementType.Double, [3], Doubles(-0d, double.NaN, 0.1)));
        yield return ("double rounded up", Of(ElementType.Double, [1], Doubles(1 + 1e-12)));
        yield return ("float16", Of(ElementType.Float16, [4], [0, 0x80, 1, 0x7c, 0, 0x7c, 0, 0x3c]));
        yield return ("float16 of 8198 bytes", Of(ElementType.Float16, [4099], [.. Enumerable.Range(0, 4099).SelectMany(i => BitConverter.GetBytes((short)(i * 16)))]));
        yield return ("bfloat16", Of(ElementType.BFloat16, [4], [0, 0x80, 0x81, 0x7f, 0x80, 0x7f, 0x80, 0x3f]));
        yield return ("float8e4m3fn", Of(ElementType.Float8E4M3FN, [4], [0x80, 0xff, 0x7f, 0x38]));
        yield return ("float8e4m3fnuz", Of(ElementType.Float8E4M3FNUZ, [2], [0x80, 0x38]));
        yield return ("float8e5m2", Of(ElementType.Float8E5M2, [5], [0x80, 0xff, 0x7d, 0x7c, 0x3c]));
        yield return ("float8e5m2fnuz", Of(ElementType.Float8E5M2FNUZ, [2], [0x80, 0x3c]));
        yield return ("complex64", Of(ElementType.Complex64, [1], Floats(-0f, 2)));
        yield return ("complex128", Of(ElementType.Complex128, [1], Doubles(1, -0d)));
        yield return ("uint8", Of(ElementType.UInt8, [3], [0, 128, 255]));
        yield return ("int8", Of(ElementType.Int8, [3], [0, 128, 255]));
        yield return ("uint16", Of(ElementType.UInt16, [2], [1, 0, 255, 255]));
        yield return ("int16", Of(ElementType.Int16, [2], [1, 0, 0, 128]));
        yield return ("int32", Of(ElementType.Int32, [1], [0, 0, 0, 128]));
        yield return ("uint32", Of(ElementType.UInt32, [1], [255, 255, 255, 255]));
        yield return ("int64", Of(ElementType.Int64, [1, 1], [1, 0, 0, 0, 0, 0, 0, 128]));
        yield return ("uint64", Of(ElementType.UInt64, [1], [255, 255, 255, 255, 255, 255, 255, 255]));
        yield return ("bool", Of(ElementType.Bool, [3], [0, 1, 2]));
        yield return ("uint4, odd", Of(ElementType.UInt4, [3], [0x21, 0xf3]));
        yield return ("int4, odd", Of(ElementType.Int4, [3], [0x8f, 0x07]));
        yield return ("float4e2m1", Of(ElementType.Float4E2M1, [2], [0x81]));
        yield return ("string", Of(ElementType.String, [3], Strings("", "grüße", "𝔘𝔫𝔦")));
    }

    private static JsonObject Describe((string Name, Tensor Tensor) vector) => new()
    {
        ["name"] = vector.Name,
        ["type"] = (int)vector.Tensor.Type,
        ["dims"] = new JsonArray([.. vector.Tensor.Dims.Select(d => (JsonNode)d)]),
        ["data"] = Convert.ToHexStringLower(vector.Tensor.Data.Span),
        ["digest"] = TensorDigest.Of(vector.Tensor).ToString(),
    };

    private static JsonObject DescribeTree(int count)
    {
        TaskDigest[] tasks = [.. Enumerable.Range(0, count).Select(i => i % 3 == 2 ? TaskDigest.OfError(FailureCode.ModelFailed) : new TaskDigest(false, TensorDigest.Of(Of(ElementType.Int64, [], BitConverter.GetBytes((long)i)))))];
        var tree = new ResultTree(tasks);
        return new JsonObject
        {
            ["tasks"] = new JsonArray([.. tasks.Select((t, i) => (JsonNode)new JsonObject
            {
                ["kind"] = t.IsError ? 1 : 0,
                ["root"] = t.Root.ToString(),
                ["path"] = new JsonArray([.. tree.ProofOf(i).Select(d => (JsonNode)d.ToString())]),
            })]),
            ["root"] = tree.Root.ToString(),
        };
    }

    /// <summary>Nodes with no, one, two and three outputs, of which every third is absent.</summary>
    private static JsonObject DescribeTrace(int count)
    {
        Digest[][] outputs = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, i % 4).Select(j => (i + j) % 3 == 2 ? default : TensorDigest.Of(Of(ElementType.Int64, [], BitConverter.GetBytes((long)(i + j))))).ToArray())];
        var trace = new ExecutionTrace(outputs.Select((digests, i) => ExecutionTrace.NodeDigest(i, digests)));
        return new JsonObject
        {
            ["nodes"] = new JsonArray([.. outputs.Select((digests, i) => (JsonNode)new JsonObject
            {
                ["outputs"] = new JsonArray([.. digests.Select(d => (JsonNode)d.ToString())]),
                ["digest"] = trace.Nodes[i].ToString(),
                ["path"] = new JsonArray([.. trace.ProofOf(i).Select(d => (JsonNode)d.ToString())]),
            })]),
            ["root"] = trace.Root.ToString(),
        };
    }

    public static Tensor Of(ElementType type, long[] dims, byte[] data) => new(type, dims, data);

    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Strings(params string[] values) => [.. values.SelectMany(v =>
    {
        byte[] text = Encoding.UTF8.GetBytes(v), length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        return length.Concat(text);
    })];
}
