using System.Globalization;
using Market.Onnx.Execution;
using Market.Onnx.Reading;

namespace Market.Apps.Decoding;

/// <summary>Runs the confined decoder on models: with as much memory and time as their size needs.</summary>
internal static class ConfinedModel
{
    /// <summary>For what is read of a model, apart from the file itself.</summary>
    private const long Memory = 1L << 30;

    /// <summary>What is left of the memory for the runtime's own.</summary>
    private const long Runtime = 256L << 20;

    private const long ModelBytesPerSecond = 64L << 20;
    private const long InputBytesPerSecond = 8L << 20;

    /// <summary>The decoder for a model.</summary>
    /// <param name="modelBytes">How large the model is.</param>
    /// <param name="inputBytes">How large all files of its inputs are.</param>
    /// <param name="memoryBytes">The memory for what is made of them.</param>
    public static ConfinedProgram For(long modelBytes, long inputBytes, long memoryBytes) => new("market-apps-decoder")
    {
        MemoryBytes = memoryBytes,
        HeapBytes = memoryBytes - Runtime,
        Time = TimeSpan.FromSeconds(30 + (modelBytes / ModelBytesPerSecond) + (inputBytes / InputBytesPerSecond)),
        OutputBytes = 1 << 20,
    };

    /// <summary>What the decoder writes of a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="what">What it is to write.</param>
    /// <param name="copies">How often it holds the file in memory.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AppException">It refuses the file, or fails.</exception>
    /// <exception cref="IOException">The file is gone.</exception>
    public static async Task<byte[]> ReadAsync(AppFile file, string what, int copies, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var length = LengthOf(file);
        var program = For(length, 0, Memory + (copies * length));
        string[] arguments = [what, length.ToString(CultureInfo.InvariantCulture)];
        return await program.RunAsync([file.Path], stream => stream.CopyTo(output), arguments, cancellationToken).ConfigureAwait(false) is { } refusal
            ? throw new AppException(file.Name, refusal)
            : output.ToArray();
    }

    /// <summary>Bytes of a model.</summary>
    /// <exception cref="AppException">It is empty or too large.</exception>
    /// <exception cref="IOException">It is gone.</exception>
    public static long LengthOf(AppFile model)
    {
        var length = new FileInfo(model.Path).Length;
        return length is > 0 and <= ModelReader.LargestFile
            ? length
            : throw new AppException(model.Name, string.Create(CultureInfo.InvariantCulture, $"'{model.Name}' has {length} bytes, expected 1 to {ModelReader.LargestFile}."));
    }
}
