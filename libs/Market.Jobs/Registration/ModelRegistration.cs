using System.Globalization;
using System.Security.Cryptography;
using Market.Content;
using Market.Jobs.Execution;
using Market.Jobs.Packaging;
using Market.Onnx.Comparison;
using Market.Onnx.Cutting;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Files;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Models;

namespace Market.Jobs.Registration;

/// <summary>Rewrites a model once, and measures how far honest machines lie apart on it (docs/models.md).</summary>
public sealed class ModelRegistration
{
    private const string Boxes = "NonMaxSuppression";
    private const string Original = "original.onnx";
    private const string Rewritten = "model.onnx";
    private const string Rounded = "rounded.onnx";
    private const int LongestReason = 512;
    private readonly RegistrationOptions _options;
    private readonly IReadOnlyList<TensorMap> _samples;
    private readonly byte[] _original;
    private readonly ModelDescription _description;
    private readonly string _folder;
    private readonly SampleRuns _runs;
    private readonly SampleSpread _spread;

    private ModelRegistration(byte[] original, IReadOnlyList<TensorMap> samples, RegistrationOptions options, string folder)
    {
        (_options, _samples, _original, _folder) = (options, samples, original, folder);
        _description = ModelReader.Read(original);
        _runs = new SampleRuns(folder, original.Length, samples);
        _spread = new SampleSpread(_description);
    }

    /// <summary>Registers a model.</summary>
    /// <param name="original">An ONNX file.</param>
    /// <param name="samples">Inputs to measure on, at least one; they fit the model.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <exception cref="OnnxModelException">The model is refused, before or after it was rewritten, or rewriting changes its results.</exception>
    /// <exception cref="WorkerException">It does not load, or does not run on a sample.</exception>
    public static async Task<RegisteredModel> RunAsync(
        byte[] original, IReadOnlyList<TensorMap> samples, RegistrationOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(samples.Count, nameof(samples));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)options.Optimization, (int)OptimizationLevel.Extended, nameof(options));
        var folder = Directory.CreateTempSubdirectory("market-register-");
        try
        {
            return await new ModelRegistration(original, samples, options, folder.FullName).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<RegisteredModel> RunAsync(CancellationToken cancellationToken)
    {
        _options.Progress($"Rewriting the model at level {_options.Optimization}…");
        await WriteAsync(Original, _original, cancellationToken).ConfigureAwait(false);
        var file = await _runs.RewriteAsync(Original, _options.Optimization, cancellationToken).ConfigureAwait(false);
        var graph = ReadRewritten(file);
        await WriteAsync(Rewritten, file, cancellationToken).ConfigureAwait(false);

        var classes = await RunClassesAsync(cancellationToken).ConfigureAwait(false);
        var first = classes[0];
        var pairs = ClassRun.Pairs(classes);
        var halves = await RoundedAsync(file, first, cancellationToken).ConfigureAwait(false);
        var (tolerance, because) = Decide(_spread.Over(pairs), halves, first.Outputs[0]);
        await CheckOriginalAsync(first, because is null ? tolerance : MeasuredTolerance.Largest, cancellationToken).ConfigureAwait(false);
        var rounded = halves.Select(pair => _spread.Find([pair], tolerance)).ToList();
        return new RegisteredModel(file, new ModelReport
        {
            Version = ModelReport.CurrentVersion,
            Original = Blob.Of(_original).ToReference(),
            Model = Blob.Of(file).ToReference(),
            Root = new ModelRoot(ModelTree.Read(file).Root.ToArray()),
            Runtime = DeterminismClass.Of(SessionSettings.Default).RuntimeVersion,
            Optimization = _options.Optimization.ToString().ToLowerInvariant(),
            Nodes = graph.Nodes.Length,
            Flagged = FlaggedNodes.Of(graph),
            Samples = new SampleSet(_samples.Count, DigestOf(_samples)) { Seed = _options.Seed },
            Classes = [.. classes.Select(c => new ClassSpread(c.Id, c.Name, _spread.Find([.. first.PairsWith(c)], tolerance)))],
            Honest = _spread.Find(pairs, tolerance),
            Rounded = rounded.MinBy(f => f.ShareOfTolerance)!,
            RoundedCaught = rounded.Count(f => f.ShareOfTolerance.Value > 1),
            Tolerance = tolerance,
            OnlyClass = because is null ? null : first.Id,
            OnlyClassBecause = because,
        });
    }

    private static ContentDigest DigestOf(IReadOnlyList<TensorMap> samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var sample in samples)
        {
            hash.AppendData(TensorFile.Encode(sample));
        }

        return new ContentDigest(hash.GetHashAndReset());
    }

    private (Tolerance Tolerance, string? OnlyClassBecause) Decide(Spread spread, IReadOnlyList<(TensorMap Exact, TensorMap Rounded)> halves, TensorMap outputs)
    {
        var tolerance = MeasuredTolerance.Of(spread, tried => halves.All(pair => !_spread.Distance(pair.Exact, pair.Rounded, tried).IsWithin), Tolerance.Default);
        if (spread.Mismatch is null && _description.Operators.ContainsKey(Boxes))
        {
            return (Tolerance.Exact, $"{Boxes} keeps or drops whole boxes where rounding alone decides.");
        }

        var picked = _description.NumbersBehindTie(outputs);
        if (tolerance is not null && picked is null)
        {
            return (tolerance, null);
        }

        var because = spread.Mismatch is { } mismatch ? $"Honest classes differ in what no tolerance allows: {mismatch}."
            : picked is not null ? $"The numbers of output '{picked}' lie behind a tie, which may turn them into anything."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Honest classes lie {spread.RelativeL2:0.0E+0} (relative L2) and {spread.ScaledMaximum:0.0E+0} (scaled maximum) apart. {MeasuredTolerance.LessRoom} times that is more than the largest tolerance: {MeasuredTolerance.Largest}.");
        return (Tolerance.Exact, Lines.Of(because, LongestReason));
    }

    private Task WriteAsync(string name, byte[] file, CancellationToken cancellationToken) =>
        File.WriteAllBytesAsync(Path.Combine(_folder, name), file, cancellationToken);

    private ModelGraph ReadRewritten(byte[] file)
    {
        try
        {
            var rewritten = ModelReader.Read(file);
            return rewritten.Inputs.SequenceEqual(_description.Inputs) && rewritten.Outputs.SequenceEqual(_description.Outputs)
                ? ModelGraph.Read(file)
                : throw new OnnxModelException($"it has the inputs {string.Join("; ", rewritten.Inputs)} and the outputs {string.Join(", ", rewritten.Outputs)}, expected those of the original.");
        }
        catch (OnnxModelException e)
        {
            throw new OnnxModelException($"The runtime rewrites the model at level {_options.Optimization} to one that is refused: {e.Message}", e);
        }
    }

    private async Task<IReadOnlyList<ClassRun>> RunClassesAsync(CancellationToken cancellationToken)
    {
        var classes = new List<ClassRun>();
        foreach (var configuration in Configuration.AtHand(_options.Web))
        {
            _options.Progress($"Running {_samples.Count} samples with {configuration.Name}…");
            try
            {
                var outputs = await _runs.OutputsAsync(Rewritten, configuration, cancellationToken).ConfigureAwait(false);
                var id = await WorkerExecutor.ClassOfAsync(configuration.Settings, configuration.Web).ConfigureAwait(false);
                classes.Add(new ClassRun(id, DeterminismClass.Of(configuration.Settings, configuration.Web).ToString(), outputs));
            }
            catch (WorkerException e) when (configuration.Web is not null)
            {
                _options.Progress($"The WebAssembly build does not run this model, so that no referee could decide about it: {e.Message}");
            }
        }

        var again = await _runs.OutputsAsync(Rewritten, Configuration.Default, cancellationToken).ConfigureAwait(false);
        var other = again.Zip(classes[0].Outputs).ToList().FindIndex(pair => TensorDigest.Of(pair.First) != TensorDigest.Of(pair.Second));
        return other < 0 ? classes : throw new OnnxModelException($"The model gives other bits each time on sample {other} in one and the same class: nobody could be held to them.");
    }

    private async Task CheckOriginalAsync(ClassRun rewritten, Tolerance tolerance, CancellationToken cancellationToken)
    {
        _options.Progress("Comparing with the original…");
        var original = await _runs.OutputsAsync(Original, Configuration.Default, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < original.Count; i++)
        {
            var distance = _spread.Distance(original[i], rewritten.Outputs[i], tolerance);
            if (!distance.IsWithin && !distance.MayBeTie(_description.OperatorsWithJumps.Any()))
            {
                throw new OnnxModelException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Rewriting at level {_options.Optimization} changes the result of sample {i}: {distance.Mismatch ?? $"{distance.ShareOfTolerance:0.##} times the tolerance"}."));
            }
        }
    }

    private async Task<IReadOnlyList<(TensorMap Exact, TensorMap Rounded)>> RoundedAsync(byte[] file, ClassRun exact, CancellationToken cancellationToken)
    {
        _options.Progress("Running a copy with weights of 16 bits…");
        await WriteAsync(Rounded, HalfWeights.Of(file), cancellationToken).ConfigureAwait(false);
        var rounded = await _runs.OutputsAsync(Rounded, Configuration.Default, cancellationToken).ConfigureAwait(false);
        return [.. exact.Outputs.Zip(rounded)];
    }
}
