using System.Text.Json;
using Market.Apps.Decoding;

namespace Market.Apps.Models;

/// <summary>What a model wants and has, for a page to show beside the file: of long lists the first hundred.</summary>
/// <param name="Inputs">Its inputs: name, element type and dimensions.</param>
/// <param name="Outputs">The names of its outputs.</param>
/// <param name="Operators">How often each operator occurs, the most frequent first.</param>
/// <param name="Opsets">Which version of which domain's operators it wants.</param>
/// <param name="WeightBytes">Bytes of its weights.</param>
public sealed record ModelForm(
    IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<KeyValuePair<string, int>> Operators,
    IReadOnlyList<KeyValuePair<string, long>> Opsets, long WeightBytes)
{
    private static readonly JsonSerializerOptions Format = new() { MaxDepth = 4, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Each may take as much memory as its file and more.</summary>
    private static readonly SemaphoreSlim Turns = new(2);

    /// <summary>Has a model file read by a confined process. It is parsed there, in bounded code of our own, and run nowhere.</summary>
    /// <exception cref="AppException">The reader refuses it, with its reason.</exception>
    /// <exception cref="IOException">It is gone.</exception>
    public static async Task<ModelForm> ReadAsync(AppFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        await Turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var form = JsonSerializer.Deserialize<ModelForm>(await ConfinedModel.ReadAsync(file, "model", 1, cancellationToken).ConfigureAwait(false), Format);
            return form is not null && !form.Inputs.Concat(form.Outputs).Contains(null) ? form : throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new AppException(file.Name, "Its reader wrote something else than what the model wants and has.", e);
        }
        finally
        {
            Turns.Release();
        }
    }
}
