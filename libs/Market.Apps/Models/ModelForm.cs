using Market.Onnx.Reading;

namespace Market.Apps.Models;

/// <summary>What a model wants and has, for a page to show beside the file.</summary>
/// <param name="Inputs">Its inputs: name, element type and dimensions.</param>
/// <param name="Outputs">The names of its outputs.</param>
/// <param name="Operators">How often each operator occurs, the most frequent first.</param>
/// <param name="Opsets">Which version of which domain's operators it wants.</param>
/// <param name="WeightBytes">Bytes of its weights.</param>
public sealed record ModelForm(
    IReadOnlyList<ModelValue> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<KeyValuePair<string, int>> Operators,
    IReadOnlyList<KeyValuePair<string, long>> Opsets, long WeightBytes)
{
    /// <summary>Reads a model file. It is parsed here, in bounded code of our own, and run nowhere.</summary>
    /// <exception cref="AppException">The reader refuses it, with its reason.</exception>
    public static ModelForm Read(AppFile file)
    {
        var model = Describe(file);
        return new ModelForm(model.Inputs, model.Outputs, [.. model.Operators.OrderByDescending(o => o.Value)], [.. model.Opsets], model.InitializerBytes);
    }

    internal static ModelDescription Describe(AppFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return ModelReader.Read(file.Path);
        }
        catch (OnnxModelException e)
        {
            throw new AppException(file.Name, e.Message.Replace(file.Path, file.Name, StringComparison.Ordinal), e);
        }
    }
}
