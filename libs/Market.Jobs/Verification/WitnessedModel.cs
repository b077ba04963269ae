using System.Collections.Immutable;
using Market.Jobs.Results;
using Market.Onnx.Cutting;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Protocol.Draws;
using Market.Protocol.Ids;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Verification;

/// <summary>A job's model that shows, besides its outputs, the values by which one verifier has to prove that it executed.</summary>
/// <remarks>
/// Models run without optimization, where showing a value changes no bit of the others: the results of this model are those of the
/// plain one. A model without values that prove anything shows its outputs, which proves nothing.
/// </remarks>
public sealed class WitnessedModel : IDisposable
{
    /// <summary>How many bytes the shown values of a task may have together; beyond, the task counts as one that ends in a limit.</summary>
    public const long RoomBytes = 512L << 20;

    private readonly WitnessDraw _draw;
    private readonly ImmutableArray<string> _values;

    private WitnessedModel(string path, WitnessDraw draw, ImmutableArray<string> values) => (Path, _draw, _values) = (path, draw, values);

    /// <summary>The model's file, until this is disposed of.</summary>
    public string Path { get; }

    /// <summary>Writes the model beside the plain one.</summary>
    /// <param name="modelPath">The job's model.</param>
    /// <param name="job">The job.</param>
    /// <param name="verifier">Whose witnesses are made, or checked.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="OnnxModelException">The model is unsound.</exception>
    public static async Task<WitnessedModel> WriteAsync(string modelPath, JobId job, StakeId verifier, CancellationToken cancellationToken)
    {
        var file = await File.ReadAllBytesAsync(modelPath, cancellationToken).ConfigureAwait(false);
        var graph = ModelGraph.Read(file);
        var draw = new WitnessDraw(job, verifier);
        var candidates = InteriorValues.Of(file) is { IsEmpty: false } found ? found : graph.Outputs;
        ImmutableArray<string> values = [.. draw.DrawValues(candidates.Length).Select(i => candidates[i])];
        var path = System.IO.Path.ChangeExtension(modelPath, $".{Guid.NewGuid():N}.onnx");
        await File.WriteAllBytesAsync(path, graph.Showing(values), cancellationToken).ConfigureAwait(false);
        return new WitnessedModel(path, draw, values);
    }

    /// <summary>The witness of a task that this model executed; null where it ended in an error.</summary>
    public Witness? Of(int task, TaskResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Outputs is not { } outputs)
        {
            return null;
        }

        var values = _values.Select(name => outputs.Concat(result.Shown).Where(value => value.Key == name).Select(value => TensorNumbers.Of(value.Value)).FirstOrDefault() ?? []).ToList();
        var elements = _draw.DrawElements(task, [.. values.Select(value => value.Length)]);
        return new Witness([.. values.Zip(elements).SelectMany(pair => NumbersOf(pair.First, pair.Second))]);
    }

    /// <summary>Why a verifier that shows a witness, or none, did not execute a task; null if it did, or if there is none to show.</summary>
    /// <param name="task">The task.</param>
    /// <param name="own">What this model gives for it here, in whatever class.</param>
    /// <param name="claimed">What the verifier shows.</param>
    public string? FaultOf(int task, TaskResult own, Witness? claimed) => (Of(task, own), claimed) switch
    {
        (null, _) => null,
        (_, null) => "It shows nothing of what it computed.",
        var (expected, shown) => shown.FaultAgainst(expected) is { } fault ? $"What it shows of its computation is not the task's: {fault}" : null,
    };

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);

    private static IEnumerable<float> NumbersOf(float[] value, ImmutableArray<int> elements) =>
        elements.IsEmpty ? new float[Witness.NumbersOfValue] : elements.Select(i => value[i]).Prepend(ScaleOf(value));

    private static float ScaleOf(float[] value)
    {
        float scale = 0;
        foreach (var number in value)
        {
            var magnitude = Math.Abs(number);
            scale = magnitude > scale && magnitude <= float.MaxValue ? magnitude : scale;
        }

        return scale;
    }
}
