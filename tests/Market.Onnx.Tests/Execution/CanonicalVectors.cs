using System.Text.Json;
using System.Text.Json.Nodes;
using Market.Onnx.Tests.Digests;

namespace Market.Onnx.Tests.Execution;

/// <summary>Digests that are the same on every machine: tests/vectors/results/canonical.json.</summary>
internal static class CanonicalVectors
{
    private static readonly string File = Path.Combine(Path.GetDirectoryName(ResultVectors.Path)!, "canonical.json");
    private static readonly Lock Gate = new();

    /// <summary>Holds a digest against the published one. Run with UPDATE_VECTORS=1 after a deliberate change of the canonical runtime or the self-test.</summary>
    public static void Check(string name, string digest)
    {
        lock (Gate)
        {
            var published = System.IO.File.Exists(File) ? JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject() : [];
            if (Environment.GetEnvironmentVariable("UPDATE_VECTORS") == "1")
            {
                published[name] = digest;
                var sorted = new JsonObject(published.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
                System.IO.File.WriteAllText(File, sorted.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
                return;
            }

            Assert.Equal((string?)published[name], digest);
        }
    }
}
