using System.Buffers.Binary;
using System.Text;
using Market.Onnx.Digests;

namespace Market.Onnx.Execution;

/// <summary>A determinism class as a machine's own bits show it: what is said to decide them, and the root of the outputs of the self-test.</summary>
/// <param name="Named">Runtime, kernels and settings.</param>
/// <param name="SelfTest">The digest of the self-test's outputs.</param>
public sealed record MeasuredClass(DeterminismClass Named, Digest SelfTest)
{
    /// <summary>The class: H(0C ‖ u32 length ‖ the names as one line ‖ self-test).</summary>
    /// <remarks>
    /// Both parts count: equal names with other bits are another class, and so are equal bits under other names, since no test
    /// covers every operator and to be taken for one class means that any other bit is held against somebody.
    /// </remarks>
    public Digest Id
    {
        get
        {
            byte[] line = Encoding.UTF8.GetBytes(Named.ToString());
            byte[] bytes = new byte[5 + line.Length + Digest.Size];
            bytes[0] = 0x0c;
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), line.Length);
            line.CopyTo(bytes, 5);
            SelfTest.CopyTo(bytes.AsSpan(5 + line.Length));
            return Sha256.Hash(bytes);
        }
    }

    /// <summary>Runs the self-test in a confined worker with the settings in which the class is wanted.</summary>
    /// <param name="options">Which runtime, and the bounds; the number of workers and the readable folders do not matter.</param>
    /// <param name="settings">Session settings.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="WorkerException">The worker does not start, or does not complete the self-test.</exception>
    public static async Task<MeasuredClass> MeasureAsync(WorkerOptions options, SessionSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = Directory.CreateTempSubdirectory("market-onnx-self-test");
        try
        {
            var path = Path.Combine(folder.FullName, "self-test.onnx");
            await File.WriteAllBytesAsync(path, SelfTestModel.File(), cancellationToken).ConfigureAwait(false);
            var pool = await WorkerPool.StartAsync(
                options with { Workers = 1, Readable = [folder.FullName] }, new WorkerModel(path, settings), cancellationToken).ConfigureAwait(false);
            await using (pool.ConfigureAwait(false))
            {
                var outcome = await pool.RunAsync(SelfTestModel.Inputs(), cancellationToken).ConfigureAwait(false);
                return outcome is TaskOutcome.Completed completed
                    ? new MeasuredClass(DeterminismClass.Of(settings, options.Web), TensorDigest.Of(completed.Outputs))
                    : throw new WorkerException($"The self-test did not complete: {outcome}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
