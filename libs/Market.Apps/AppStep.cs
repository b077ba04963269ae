using System.Text;
using Market.Apps.Decoding;
using Market.Onnx.Digests;
using Market.Onnx.Models;

namespace Market.Apps;

/// <summary>One model and the tasks to run on it: what one job does.</summary>
/// <param name="Title">What happens in it, in a word or two.</param>
/// <param name="Model">The ONNX file.</param>
/// <param name="Tasks">The inputs of every task.</param>
public sealed record AppStep(string Title, string Model, AppTasks Tasks)
{
    /// <summary>What its owner calls the model; null if the app brings it along.</summary>
    internal string? ModelName { get; init; }

    /// <summary>Has a confined process read what commits to the model: it may be a stranger's. Null if its executions cannot be traced.</summary>
    /// <exception cref="AppException">It cannot be read.</exception>
    public async Task<TraceableModel?> ReadModelAsync(CancellationToken cancellationToken)
    {
        // Each weight is copied to be hashed, and those that are no raw bytes are gathered in a buffer that grows.
        var file = new AppFile(ModelName ?? Title, Model);
        var written = await ConfinedModel.ReadAsync(file, "root", 4, cancellationToken).ConfigureAwait(false);
        using var reader = new BinaryReader(new MemoryStream(written), Encoding.UTF8);
        try
        {
            return written.Length == 0 ? null : new TraceableModel(
                new Digest(reader.ReadBytes(32)), [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())]);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw new AppException(file.Name, "Its reader wrote no root of a model.", e);
        }
    }
}
