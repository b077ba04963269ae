using System.Collections.Concurrent;
using Market.Jobs;
using Market.Jobs.Packaging;
using Market.Jobs.Proofs;
using Market.Onnx.Execution;

namespace Market.Node.Providers;

/// <summary>The models of which this machine has traced a task, so that it does so once and not before every claim.</summary>
/// <remarks>Whoever cannot show a trace when it is demanded loses its backing: the first task of a model, of inputs of these shapes, under these limits, is a trial.</remarks>
internal sealed class TracedModels(string folder)
{
    private const int MostKept = 1_000;
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>Sees to it that the tasks of a job can be traced.</summary>
    /// <exception cref="JobException">The first task cannot: its values are too many or too large.</exception>
    /// <exception cref="WorkerException">The model does not load with all values shown.</exception>
    public async Task CheckAsync(JobData data, CancellationToken cancellationToken)
    {
        var inputs = await data.ReadInputsAsync(0, cancellationToken).ConfigureAwait(false);
        var shapes = inputs.Select(input => $"{input.Key} {input.Value.Type} {string.Join('x', input.Value.Dims)}");
        var key = $"{data.Head.Model} {data.Bundle.Limits} {string.Join(", ", shapes)}";
        if (_known.ContainsKey(key))
        {
            return;
        }

        var model = await data.ReadModelAsync(cancellationToken).ConfigureAwait(false);
        await TaskTrace.ValuesAsync(data, model, folder, 0, cancellationToken).ConfigureAwait(false);
        if (_known.Count < MostKept)
        {
            _known[key] = true;
        }
    }
}
