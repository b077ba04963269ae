using Market.Onnx.Tensors;

namespace Market.Node.Requests;

/// <summary>Reads a job's inputs and checks them against the model.</summary>
internal static class ModelInputs
{
    public static IReadOnlyList<TensorMap> Read(string model, IReadOnlyList<string> paths) => TaskInputFiles.Read(paths, null);
}
