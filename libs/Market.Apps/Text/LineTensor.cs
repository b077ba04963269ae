using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Apps.Text;

/// <summary>Turns the picture of a line into the input of PP-OCRv4's recognition model, as PaddleOCR does it.</summary>
public static class LineTensor
{
    /// <summary>The height that the model was trained on.</summary>
    public const int Height = 48;

    /// <summary>The widest input.</summary>
    public const int Widest = 3200;

    private const int Narrowest = 16;
    private static readonly float[] Half = [0.5f, 0.5f, 0.5f];

    /// <summary>Input <c>x</c>, float32 [1, 3, 48, width]: blue, green, red planes of x/127.5 − 1, width by the picture's aspect ratio.</summary>
    public static TensorMap Of(Picture line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var width = (int)Math.Clamp(Math.Ceiling((double)Height * line.Width / line.Height), Narrowest, Widest);
        return PlanesOf(line.Resize(width, Height), Half, Half);
    }

    internal static TensorMap PlanesOf(Picture picture, ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        var values = picture.Planes(mean, deviation);
        return [KeyValuePair.Create("x", new Tensor(ElementType.Float, [1, 3, picture.Height, picture.Width], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()))];
    }
}
