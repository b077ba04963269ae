using Market.Spread.Measuring;

namespace Market.Spread.Reports;

/// <summary>Other processors, emulated, against this one and the WebAssembly build on one model.</summary>
internal sealed record EmulatedResult(string Model, string Processor, Spectrum AgainstNative, Spectrum AgainstWeb);
