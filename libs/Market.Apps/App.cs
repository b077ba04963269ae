using Market.Apps.Models;
using Market.Apps.Speech;
using Market.Apps.Text;
using Market.Onnx.Tensors;

namespace Market.Apps;

/// <summary>Turns people's files into tasks of ONNX models, and what the models give back into something to look at.</summary>
/// <remarks>
/// An app has no state: each call gets the same input, and the outputs of the steps that ran. So a page may be left and opened
/// again between two steps. Its models run elsewhere, on machines that it knows nothing of. docs/apps.md shows how to add one.
/// </remarks>
public abstract class App
{
    /// <summary>Every app, in the order in which pages show them.</summary>
    public static IReadOnlyList<App> All { get; } = [new TextApp(), new SpeechApp(), new ModelApp()];

    /// <summary>A short lower-case word: part of addresses.</summary>
    public abstract string Id { get; }

    /// <summary>What people call it.</summary>
    public abstract string Title { get; }

    /// <summary>What it does, in one or two sentences.</summary>
    public abstract string About { get; }

    /// <summary>Endings of the files that it takes, with the dot, in lower case.</summary>
    public abstract IReadOnlyList<string> Accepts { get; }

    /// <summary>Whether pages of PDF files are work for it too, once they are pictures. It never opens a PDF file itself: whoever gives the files draws the pages first.</summary>
    public virtual bool TakesPages => false;

    /// <summary>Whether sounds of other kinds are work for it too, once they are WAV files. It never opens one itself: whoever gives the files decodes them first.</summary>
    public virtual bool TakesSounds => false;

    /// <summary>The numbers that people may set.</summary>
    public virtual IReadOnlyList<AppSetting> Settings => [];

    /// <summary>The models that it brings along.</summary>
    public virtual IReadOnlyList<AppModel> Models => [];

    /// <summary>The app of an address; null if there is none.</summary>
    public static App? Find(string id) => All.FirstOrDefault(app => app.Id == id);

    /// <summary>Reads the files and makes the first step.</summary>
    /// <exception cref="AppException">Files are not what the app takes: all findings at once, each with its file.</exception>
    public abstract Task<AppStep> PrepareAsync(AppInput input, CancellationToken cancellationToken);

    /// <summary>Makes the step after those that ran.</summary>
    /// <param name="input">What <see cref="PrepareAsync"/> got.</param>
    /// <param name="outputs">The outputs of each step's tasks; null for a task for which the model gave none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The step, or null if <see cref="ReadAsync"/> can make the report.</returns>
    /// <exception cref="AppException">The outputs are not those of the app's model.</exception>
    public virtual Task<AppStep?> ContinueAsync(AppInput input, IReadOnlyList<IReadOnlyList<TensorMap?>> outputs, CancellationToken cancellationToken) =>
        Task.FromResult<AppStep?>(null);

    /// <summary>Makes the report, once <see cref="ContinueAsync"/> has no more step.</summary>
    /// <inheritdoc cref="ContinueAsync" path="/param"/>
    /// <exception cref="AppException">The outputs are not those of the app's models.</exception>
    public abstract Task<AppReport> ReadAsync(AppInput input, IReadOnlyList<IReadOnlyList<TensorMap?>> outputs, CancellationToken cancellationToken);

    /// <summary>Makes a picture of a file, upright and in the proportions of the report, to be shown to whoever gave the file.</summary>
    /// <param name="input">What <see cref="PrepareAsync"/> got.</param>
    /// <param name="file">The file's index.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Where it lies, a JPEG in the input's folder that holds no byte of the file itself; null if there is none.</returns>
    /// <exception cref="AppException">It cannot be made.</exception>
    public virtual Task<string?> ShowAsync(AppInput input, int file, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
