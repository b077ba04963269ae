using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;

namespace Market.Onnx.Execution;

/// <summary>What is said to decide the bits of a result: runtime version, processor kernels and session settings.</summary>
/// <remarks>
/// Within one class results are bit-identical; between classes they differ by rounding. The kernels follow what ONNX
/// Runtime's linear algebra dispatches on, not the processor's vendor.
/// </remarks>
public sealed record DeterminismClass(string RuntimeVersion, string Kernels, SessionSettings Settings)
{
    private const string WebKernels = "wasm-simd128";

    /// <summary>The class that this machine says it has with the given settings; <see cref="MeasuredClass"/> proves it.</summary>
    /// <param name="settings">Session settings.</param>
    /// <param name="web">The WebAssembly build if that runs the models, null for the native runtime.</param>
    public static DeterminismClass Of(SessionSettings settings, WebRuntime? web = null) => web is null
        ? new(OrtEnv.Instance().GetVersionString(), DetectKernels(), settings)
        : new(WebRuntime.Version, WebKernels, settings);

    /// <summary>The class as one line, for example <c>ort=1.31.1;ep=cpu;kernels=x64-avx2-fma;opt=0;threads=1;…</c>.</summary>
    public override string ToString() => $"ort={RuntimeVersion};ep={(Kernels == WebKernels ? "wasm" : "cpu")};kernels={Kernels};{Settings}";

    private static string DetectKernels() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "x64-" + DetectX64(),
        Architecture.Arm64 => "arm64-neon" + (Dp.IsSupported ? "-dot" : ""),
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string DetectX64()
    {
        if (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported)
        {
            var (_, _, ecx, edx) = X86Base.CpuId(7, 0);
            var (eax, _, _, _) = X86Base.CpuId(7, 1);
            return "avx512"
                + (Bit(ecx, 11) ? "-vnni" : "")
                + (Bit(eax, 5) ? "-bf16" : "")
                + (Bit(edx, 24) && Bit(edx, 25) ? "-amx" : "");
        }

        return (Avx2.IsSupported && Fma.IsSupported, Avx.IsSupported, Sse41.IsSupported) switch
        {
            (true, _, _) => AvxVnni.IsSupported ? "avx2-fma-vnni" : "avx2-fma",
            (_, true, _) => "avx",
            (_, _, true) => "sse41",
            _ => "sse2",
        };
    }

    private static bool Bit(int register, int bit) => (register >> bit & 1) != 0;
}
