using Market.Onnx.Execution;

namespace Market.Spread.Measuring;

/// <summary>What executes: this processor, one that is emulated, or the WebAssembly build.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Web">The WebAssembly build, or null.</param>
/// <param name="Emulated">The processor that is emulated, or null.</param>
internal sealed record Machine(string Name, WebRuntime? Web = null, EmulatedProcessor? Emulated = null)
{
    private const string Emulator = "/usr/bin/qemu-x86_64-static";

    public static Machine Native { get; } = new("native");

    public static Machine WebAssembly(string modules) => new("WebAssembly", WebRuntime.Find(modules));

    /// <summary>Processors of other kernels than this machine's: SSE4, AVX, AVX2 with FMA. None where the emulator is absent.</summary>
    public static IReadOnlyList<Machine> OtherProcessors() => !File.Exists(Emulator)
        ? []
        : [.. new[] { ("SSE4 (Nehalem)", "Nehalem"), ("AVX (SandyBridge)", "SandyBridge"), ("AVX2 (Haswell)", "Haswell") }
            .Select(cpu => new Machine(cpu.Item1, Emulated: new EmulatedProcessor(Emulator, cpu.Item2)))];

    public WorkerOptions Options(string folder) => new()
    {
        Workers = 2,
        MemoryBytes = 3L << 30,
        WallTime = TimeSpan.FromMinutes(5),
        Readable = [folder],
        Web = Web,
        Emulated = Emulated,
    };
}
