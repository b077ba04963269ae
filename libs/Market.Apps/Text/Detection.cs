using System.Runtime.InteropServices;
using Market.Onnx.Tensors;

namespace Market.Apps.Text;

/// <summary>Input and output of PP-OCRv4's detection model: a probability of text for each pixel (Liao and others, "Real-time Scene Text Detection with Differentiable Binarization", 2020).</summary>
internal static class Detection
{
    private const int Grain = 32;
    private const float TextPixel = 0.3f;
    private const double Unclip = 1.5;
    private const double LeastSide = 3;
    private const int MostBoxes = 1000;

    // Providers and jurors write down all inner tensors of a task within 1 GiB, and this model has 1,686 bytes of them for each pixel (measured): 636,000 pixels, less what rounding adds.
    private const double MostPixels = 560_000;
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    /// <summary>The model's input: both sides multiples of 32, the longer one at most so long, and no more pixels than providers take.</summary>
    public static TensorMap Inputs(Picture picture, int longest)
    {
        var fits = Math.Min((double)longest / Math.Max(picture.Width, picture.Height), Math.Sqrt(MostPixels / picture.Width / picture.Height));
        var scale = Math.Min(1, fits);
        return LineTensor.PlanesOf(picture.Resize(Rounded(picture.Width * scale), Rounded(picture.Height * scale)), Mean, Deviation);
    }

    /// <summary>Boxes around lines of text, in the picture's pixels and in the order in which they are read.</summary>
    /// <param name="outputs">The first is float32 [1, 1, height, width].</param>
    /// <param name="picture">The picture that it is about.</param>
    /// <param name="leastScore">The least mean probability within a box.</param>
    /// <exception cref="InvalidDataException">The outputs are something else.</exception>
    public static IReadOnlyList<TextBox> Boxes(TensorMap outputs, Picture picture, float leastScore)
    {
        if (outputs is not [{ Value: { Type: ElementType.Float, Dims: [1, 1, > 0 and <= 1 << 14 and var height, > 0 and <= 1 << 14 and var width] } answer }, ..])
        {
            throw new InvalidDataException($"The model gave {string.Join(", ", outputs.Select(o => $"'{o.Key}', {o.Value.Type} [{string.Join(", ", o.Value.Dims)}]"))}; expected Float [1, 1, height, width].");
        }

        TensorSize.Check(answer);
        var map = new ProbabilityMap(MemoryMarshal.Cast<byte, float>(answer.Data.Span).ToArray(), (int)width, (int)height);
        var boxes = new List<TextBox>();
        foreach (var region in map.Regions(TextPixel).Take(MostBoxes))
        {
            var box = TextBox.Around(region);
            if (Math.Min(box.Width, box.Height) >= LeastSide && map.Mean(box) >= leastScore)
            {
                // The model is trained on text shrunk by area · ratio / perimeter: this undoes it.
                var grown = box.Grow(box.Width * box.Height * Unclip / (2 * (box.Width + box.Height)));
                boxes.Add(Scaled(grown, (double)picture.Width / width, (double)picture.Height / height));
            }
        }

        return ReadingOrder.Of(boxes);
    }

    private static int Rounded(double side) => Math.Max(Grain, (int)Math.Round(side / Grain) * Grain);

    // Both scales are nearly the same: they differ by the rounding to multiples of 32.
    private static TextBox Scaled(TextBox box, double x, double y)
    {
        var (sin, cos) = Math.SinCos(box.Angle);
        return new TextBox(
            (box.X + 0.5) * x, (box.Y + 0.5) * y,
            box.Width * Math.Sqrt((cos * cos * x * x) + (sin * sin * y * y)), box.Height * Math.Sqrt((sin * sin * x * x) + (cos * cos * y * y)),
            Math.Atan2(sin * y, cos * x));
    }
}
