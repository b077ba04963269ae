using Market.Onnx.Execution;

namespace Market.Spread.Measuring;

/// <summary>The machine of a run, in words.</summary>
internal static class Description
{
    public static string OfThisMachine()
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "an unnamed processor";
        var own = DeterminismClass.Of(SessionSettings.Default);
        return $"{processor} ({own.Kernels}, ONNX Runtime {own.RuntimeVersion} and its WebAssembly build {WebRuntime.Version})";
    }
}
