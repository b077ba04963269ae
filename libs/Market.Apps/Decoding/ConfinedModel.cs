using System.Globalization;
using Market.Onnx.Execution;
using Market.Onnx.Reading;

namespace Market.Apps.Decoding;

/// <summary>Runs the confined decoder on models: with as much memory and time as their size needs.</summary>
internal static class ConfinedModel
{
    /// <summary>For what is read of the files, apart from the files themselves.</summary>
    private const long Memory = 1L << 30;

    private const long Runtime = 256L << 20;
    private const long BytesPerSecond = 8L << 20;

    /// <summary>The decoder, for files that it keeps in memory.</summary>
    /// <param name="files">All of them.</param>
    /// <param name="memoryBytes">The memory that it needs for them and what it makes of them.</param>
    public static ConfinedProgram For(IEnumerable<AppFile> files, long memoryBytes) => new("market-apps-decoder")
    {
        MemoryBytes = memoryBytes,
        HeapBytes = memoryBytes - Runtime,
        Time = TimeSpan.FromSeconds(30 + (files.Sum(LengthOf) / BytesPerSecond)),
        OutputBytes = 1 << 20,
    };

    /// <summary>What the decoder writes of a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="what">What it is to write.</param>
    /// <param name="copies">How often it holds the file in memory.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AppException">It refuses the file, or fails.</exception>
    public static async Task<byte[]> ReadAsync(AppFile file, string what, int copies, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var length = CheckedLengthOf(file);
        var program = For([file], Memory + (copies * length));
        string[] arguments = [what, length.ToString(CultureInfo.InvariantCulture)];
        return await program.RunAsync([file.Path], stream => stream.CopyTo(output), arguments, cancellationToken).ConfigureAwait(false) is { } refusal
            ? throw new AppException(file.Name, refusal)
            : output.ToArray();
    }

    /// <summary>Bytes of a model.</summary>
    /// <exception cref="AppException">It is empty or too large.</exception>
    /// <exception cref="IOException">It is gone.</exception>
    public static long CheckedLengthOf(AppFile model) => LengthOf(model) is > 0 and <= ModelReader.LargestFile and var length
        ? length
        : throw new AppException(model.Name, string.Create(CultureInfo.InvariantCulture, $"'{model.Name}' has {LengthOf(model)} bytes, expected 1 to {ModelReader.LargestFile}."));

    /// <exception cref="IOException">It is gone.</exception>
    public static long LengthOf(AppFile file) => new FileInfo(file.Path).Length;
}
