using Market.Cli;
using Market.Content;
using Market.Jobs.Packaging;
using Market.Jobs.Registration;
using Market.Protocol.Models;

namespace Market.Node.Models;

/// <summary>Registrations on disk: the report, named by its digest, and beside it the model, named by its own.</summary>
public static class RegistrationFiles
{
    /// <summary>Writes both and returns the report's path.</summary>
    public static async Task<string> WriteAsync(string folder, RegisteredModel registered, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var bytes = registered.Report.ToBytes();
        var path = Path.Combine(folder, registered.Report.Digest() + ".json");
        await File.WriteAllBytesAsync(ModelBeside(path, registered.Report), registered.File, cancellationToken).ConfigureAwait(false);
        await File.WriteAllBytesAsync(path, bytes, cancellationToken).ConfigureAwait(false);
        return path;
    }

    /// <summary>Reads a report and finds its model beside it.</summary>
    /// <exception cref="FailureException">The file is no report, or its model is absent or another.</exception>
    public static (ModelReport Report, string ModelPath) Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FailureException($"No report '{path}'.");
        }

        var length = new FileInfo(path).Length;
        var reading = length <= ModelReport.LargestBytes ? ModelReport.Read(File.ReadAllBytes(path)) : null;
        if (reading is not { IsSound: true })
        {
            throw new FailureException($"'{path}' is no report of 'market model register': {reading?.ToString() ?? $"it has {length} bytes, expected at most {ModelReport.LargestBytes}."}");
        }

        var model = ModelBeside(path, reading.Document);
        if (!File.Exists(model))
        {
            throw new FailureException($"The model '{model}' that '{path}' is about is missing: it lies beside the report. 'market model register' makes both again.");
        }

        var found = new FileInfo(model).Length == reading.Document.Model.Bytes ? Blob.Of(File.ReadAllBytes(model)).ToReference() : null;
        return found == reading.Document.Model
            ? (reading.Document, model)
            : throw new FailureException($"'{model}' is not the model that '{path}' is about: its content has another digest.");
    }

    private static string ModelBeside(string reportPath, ModelReport report) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(reportPath))!, report.Model.Digest + ".onnx");
}
