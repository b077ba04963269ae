using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Spread.Inputs;

/// <summary>Named input tensors of one task.</summary>
internal static class TaskInput
{
    public static TensorMap Of(params (string Name, Tensor Tensor)[] tensors)
    {
        var map = new TensorMap();
        map.AddRange(tensors.Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Tensor)));
        return map;
    }

    public static Tensor Floats(long[] dims, float[] values) => new(ElementType.Float, dims, MemoryMarshal.AsBytes<float>(values).ToArray());

    public static Tensor Wholes(long[] dims, params long[] values) => new(ElementType.Int64, dims, MemoryMarshal.AsBytes<long>(values).ToArray());
}
