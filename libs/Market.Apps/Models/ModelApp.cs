using Market.Onnx.Files;
using Market.Onnx.Tensors;

namespace Market.Apps.Models;

/// <summary>Any ONNX model on tensors from files.</summary>
internal sealed class ModelApp : App
{
    private const int ShownValues = 16;

    /// <inheritdoc/>
    public override string Id => "model";

    /// <inheritdoc/>
    public override string Title => "Any ONNX model";

    /// <inheritdoc/>
    public override string About => "Bring a model and its inputs. Each .npy or .npz file, each row of a CSV file and each object in a JSON file is one task.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Accepts { get; } = [".onnx", .. TaskFile.Endings];

    /// <inheritdoc/>
    public override async Task<AppStep> PrepareAsync(AppInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (model, files) = Sort(input);
        var tasks = new AppTasks(Path.Combine(input.Work, Id));
        await new ModelTasks(model, files, tasks).ReadAsync(cancellationToken).ConfigureAwait(false);
        return new AppStep("Run the model", model.Path, tasks) { ModelName = model.Name };
    }

    /// <inheritdoc/>
    public override Task<AppReport> ReadAsync(AppInput input, IReadOnlyList<IReadOnlyList<TensorMap?>> outputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(input);
        var labels = AppTasks.ReadLabels(Path.Combine(input.Work, Id));
        return Task.FromResult<AppReport>(new ModelReport([.. labels.Zip(outputs[0], (label, task) => new TaskReport(label, task?.Select(Shorten).ToArray()))]));
    }

    private (AppFile Model, IReadOnlyList<AppFile> Inputs) Sort(AppInput input)
    {
        input.Check(this);
        var models = input.Files.Where(file => file.Ending == ".onnx").ToList();
        if (models.Count != 1 || models.Count == input.Files.Count)
        {
            throw new AppException($"{models.Count} models and {input.Files.Count - models.Count} files of inputs found, expected one .onnx file and at least one of {string.Join(", ", TaskFile.Endings)}.");
        }

        return (models[0], [.. input.Files.Where(file => file != models[0])]);
    }

    private static OutputReport Shorten(KeyValuePair<string, Tensor> output)
    {
        var (name, tensor) = output;
        int bytes = TensorSize.Bits(tensor.Type) / 8, shown = Math.Min(ShownValues, TensorSize.Elements(tensor.Dims));
        float[] first = bytes > 0 ? TensorNumbers.Of(new Tensor(tensor.Type, [shown], tensor.Data[..(shown * bytes)])) : [];
        return new OutputReport(name, tensor.Type.ToString(), tensor.Dims, first);
    }
}
