using System.Globalization;
using Market.Onnx.Execution;

namespace Market.Apps.Decoding;

/// <summary>Pictures of an input's files to look at, made of their pixels when they are asked for and kept in the input's folder.</summary>
/// <remarks>What a stranger sent is never shown: the process that makes the JPEG sees pixels alone, as another one decoded them.</remarks>
/// <param name="pixels">The decoded files.</param>
internal sealed class ShownPictures(DecodedFiles pixels)
{
    private const string Kind = "jpeg";
    private static readonly ConfinedProgram Encoder = new("market-apps-decoder") { OutputBytes = 16L << 20 };

    /// <summary>Where the picture of a file lies; null if the file is not there, or no longer.</summary>
    /// <exception cref="AppException">It cannot be made.</exception>
    public async Task<string?> PathAsync(AppInput input, int file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (file < 0 || file >= input.Files.Count || !File.Exists(pixels.PathOf(input, file)))
        {
            return null;
        }

        var folder = Directory.CreateDirectory(Path.Combine(input.Work, Kind)).FullName;
        var path = Path.Combine(folder, file.ToString(CultureInfo.InvariantCulture));
        if (!File.Exists(path))
        {
            // Whoever asks at the same time makes one of their own; the last stays.
            var made = $"{path}.{Guid.NewGuid():N}";
            if (await Encoder.RunAsync(pixels.PathOf(input, file), made, [Kind], cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                File.Delete(made);
                throw new AppException(input.Files[file].Name, refusal);
            }

            File.Move(made, path, overwrite: true);
        }

        return path;
    }
}
