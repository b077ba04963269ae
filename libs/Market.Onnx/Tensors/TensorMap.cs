namespace Market.Onnx.Tensors;

/// <summary>Named tensors in an order: the inputs or the outputs of a model.</summary>
public sealed class TensorMap : List<KeyValuePair<string, Tensor>>;
