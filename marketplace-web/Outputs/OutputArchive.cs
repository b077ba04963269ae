using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Market.Chain;
using Market.Chain.State;
using Market.Jobs.Results;
using Market.Onnx.Files;
using Market.Onnx.Tensors;

namespace Market.Web.Outputs;

/// <summary>A job's outputs and its receipt as one zip, written as it is read: <c>00000-NAME.npy</c> for each task and output, and <c>receipt.json</c>.</summary>
internal static class OutputArchive
{
    private const int LongestName = 80;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public static async Task WriteAsync(Stream body, Deployment deployment, JobRecord job, ReplicaOutputs outputs, CancellationToken cancellationToken)
    {
        await using var archive = await ZipArchive.CreateAsync(body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        var tasks = new List<object>();
        for (var task = 0; task < outputs.Manifest.Entries.Length; task++)
        {
            var result = await outputs.ReadAsync(task, cancellationToken);
            var files = new List<object>();
            foreach (var (name, tensor) in result.Outputs ?? [])
            {
                var (ending, bytes) = Encode(name, tensor);
                var file = FileName(task, files.Count, name) + ending;
                files.Add(new { name, file });
                await AddAsync(archive, file, bytes, cancellationToken);
            }

            tasks.Add(new { task, digest = result.Digest.Root.ToString(), error = result.Digest.IsError, outputs = files });
        }

        await AddAsync(archive, "receipt.json", JsonSerializer.SerializeToUtf8Bytes(Receipt(deployment, job, outputs, tasks), Format), cancellationToken);
    }

    private static object Receipt(Deployment deployment, JobRecord job, ReplicaOutputs outputs, List<object> tasks) => new
    {
        chain = deployment.ChainId,
        market = deployment.Market.ToString(),
        job = job.Id.ToString(),
        state = job.State,
        requester = job.Spec.Requester.ToString(),
        bundle = job.Spec.Bundle.ToString(),
        root = outputs.Manifest.Root.ToString(),
        verifier = job.Verifier,
        evidence = job.Evidence?.ToString(),
        seats = job.Seats.Select((seat, index) => new
        {
            seat = index,
            provider = seat.Provider,
            root = seat.Root?.ToString(),
            determinismClass = seat.Class?.ToString(),
            verdict = seat.Outcome,
        }),
        tasks,
    };

    /// <summary>NumPy's form; of the few types that NumPy lacks, the market's own, which docs/results.md describes.</summary>
    private static (string Ending, byte[] Bytes) Encode(string name, Tensor tensor)
    {
        try
        {
            return (".npy", NpyFile.Write(tensor));
        }
        catch (TensorException)
        {
            return (".tensors", TensorFile.Encode([KeyValuePair.Create(name, tensor)]));
        }
    }

    /// <summary>A model's output names are anybody's text: only letters, digits, dots, dashes and underscores become part of a name.</summary>
    private static string FileName(int task, int output, string name)
    {
        var plain = string.Concat(name.Take(LongestName).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
        return string.Create(CultureInfo.InvariantCulture, $"{task:00000}-{output:00}-{plain}");
    }

    private static async Task AddAsync(ZipArchive archive, string name, byte[] bytes, CancellationToken cancellationToken)
    {
        await using var file = await archive.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await file.WriteAsync(bytes, cancellationToken);
    }
}
