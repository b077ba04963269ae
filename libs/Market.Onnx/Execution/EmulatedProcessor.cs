namespace Market.Onnx.Execution;

/// <summary>A processor that QEMU's user mode emulates, so that the native runtime takes the kernels of another one: to measure, not to earn.</summary>
/// <param name="Program">Absolute path of the emulator, linked statically, for example <c>/usr/bin/qemu-x86_64-static</c>.</param>
/// <param name="Model">The processor as the emulator names it (<c>-cpu help</c>), for example <c>Nehalem</c>.</param>
public sealed record EmulatedProcessor(string Program, string Model);
