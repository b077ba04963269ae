using Market.Onnx.Tensors;

namespace Market.Spread.Models;

/// <summary>A model under measurement, and its tasks.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Kind">What kind of net it is, and where its weights come from.</param>
/// <param name="File">Gives the ONNX file.</param>
/// <param name="Input">Gives the input of a number.</param>
/// <param name="Saturates">Whether its outputs are nearly 0 or 1 for most inputs, whatever is computed before.</param>
internal sealed record Subject(string Name, string Kind, Func<byte[]> File, Func<int, TensorMap> Input, bool Saturates = false);
