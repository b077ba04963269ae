namespace Market.Apps;

/// <summary>A model that an app brings along.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="File">Its file, in the folder of <see cref="AppInput.Models"/>.</param>
public sealed record AppModel(string Name, string File)
{
    /// <summary>Makes the model that the app's steps run of what the file holds; null where they run the file itself.</summary>
    internal Func<byte[], byte[]>? Build { get; init; }

    /// <summary>The ONNX file that the app's steps run: the same bytes everywhere.</summary>
    /// <param name="models">The folder of the models that apps bring along.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="IOException">It is not there.</exception>
    public async Task<byte[]> ReadAsync(string models, CancellationToken cancellationToken)
    {
        var bytes = await System.IO.File.ReadAllBytesAsync(PathIn(models), cancellationToken).ConfigureAwait(false);
        return Build is null ? bytes : Build(bytes);
    }

    internal string PathIn(string models) => Path.Combine(models, File);
}
