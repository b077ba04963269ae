using System.Globalization;
using Market.Onnx.Execution;

namespace Market.Apps.Decoding;

/// <summary>The files of an input, decoded once by a confined process and kept in the input's folder.</summary>
/// <param name="kind">What the decoder makes of them: <c>image</c> or <c>sound</c>.</param>
/// <param name="largestFile">Bytes of the largest file that is handed to it.</param>
internal sealed class DecodedFiles(string kind, long largestFile)
{
    private static readonly ConfinedProgram Decoder = new("market-apps-decoder");

    /// <summary>Decodes all files, some at a time.</summary>
    /// <exception cref="AppException">Files are not read: all findings at once.</exception>
    public async Task DecodeAsync(AppInput input, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(input.Work, kind));
        var findings = new AppFinding?[input.Files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, 4), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, findings.Length, options, async (i, stop) =>
        {
            if (await RefusalAsync(input, i, stop).ConfigureAwait(false) is { } refusal)
            {
                findings[i] = new AppFinding(input.Files[i].Name, refusal);
            }
        }).ConfigureAwait(false);
        AppException.ThrowIfAny([.. findings.OfType<AppFinding>()]);
    }

    /// <summary>Where a decoded file lies.</summary>
    public string PathOf(AppInput input, int index) => Path.Combine(input.Work, kind, index.ToString(CultureInfo.InvariantCulture));

    private async Task<string?> RefusalAsync(AppInput input, int index, CancellationToken cancellationToken)
    {
        var (target, length) = (PathOf(input, index), new FileInfo(input.Files[index].Path).Length);
        if (length == 0 || length > largestFile)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The file has {length} bytes, expected 1 to {largestFile}.");
        }

        var refusal = await Decoder.RunAsync(input.Files[index].Path, target, [kind], cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            File.Delete(target);
        }

        return refusal;
    }
}
