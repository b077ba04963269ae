namespace Market.Onnx.Tensors;

/// <summary>A dense tensor: element type, dimensions and row-major little-endian payload, as the runtime holds it.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Dimensions, none for a scalar.</param>
/// <param name="Data">
/// The payload; of strings, each element's UTF-8 length (u32, big-endian) and bytes; of 4-bit types, two elements a byte.
/// </param>
public sealed record Tensor(ElementType Type, long[] Dims, ReadOnlyMemory<byte> Data);
