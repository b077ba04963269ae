using Market.Onnx.Comparison;
using Market.Onnx.Digests;
using Market.Onnx.Tensors;

namespace Market.Spread.Measuring;

/// <summary>What a model gives in every configuration. Equal outputs are kept once.</summary>
internal sealed class HonestRuns
{
    private readonly List<Answer>[] _answers;
    private readonly Dictionary<Configuration, Digest[]> _digests = [];

    private HonestRuns(int inputs) => _answers = [.. Enumerable.Range(0, inputs).Select(_ => new List<Answer>())];

    public int Inputs => _answers.Length;

    public IEnumerable<Configuration> Configurations => _digests.Keys;

    /// <summary>How many configurations gave other bits when the first input was run once more: none, if a configuration decides the bits.</summary>
    public int Unrepeatable { get; private set; }

    public static async Task<HonestRuns> RunAsync(Bench bench, string model, IEnumerable<Configuration> configurations, IReadOnlyList<TensorMap> inputs)
    {
        var runs = new HonestRuns(inputs.Count);
        foreach (var configuration in configurations)
        {
            var outputs = await bench.RunAsync(model, configuration, [.. inputs, inputs[0]]);
            runs._digests[configuration] = [.. outputs.SkipLast(1).Select((output, input) => runs.Keep(input, output))];
            runs.Unrepeatable += TensorDigest.Of(outputs[^1]) == runs._digests[configuration][0] ? 0 : 1;
        }

        return runs;
    }

    /// <summary>The outputs in one configuration.</summary>
    public TensorMap Of(Configuration configuration, int input) => _answers[input].First(answer => answer.Digest == _digests[configuration][input]).Outputs;

    public bool IsOf(Configuration configuration, int input, Digest digest) => _digests[configuration][input] == digest;

    /// <summary>All pairs of configurations, input by input.</summary>
    public Spectrum Compare(Range inputs, ComparisonLimits limits)
    {
        var spectrum = new Spectrum();
        foreach (var answers in _answers[inputs])
        {
            for (var i = 0; i < answers.Count; i++)
            {
                spectrum.Add(new OutputDistance(0, 0, 0, null), answers[i].Times * (answers[i].Times - 1) / 2);
                for (var j = 0; j < i; j++)
                {
                    spectrum.Add(OutputComparison.Between(answers[i].Outputs, answers[j].Outputs, limits), answers[i].Times * answers[j].Times);
                }
            }
        }

        return spectrum;
    }

    /// <summary>Something else against the outputs of every configuration.</summary>
    /// <returns>The configurations that reject it.</returns>
    public IEnumerable<Configuration> Compare(int input, TensorMap outputs, ComparisonLimits limits, Spectrum spectrum)
    {
        var rejecting = new HashSet<Digest>();
        foreach (var answer in _answers[input])
        {
            var distance = OutputComparison.Between(answer.Outputs, outputs, limits);
            spectrum.Add(distance, answer.Times);
            if (!distance.IsWithin)
            {
                rejecting.Add(answer.Digest);
            }
        }

        return Configurations.Where(configuration => rejecting.Contains(_digests[configuration][input]));
    }

    /// <summary>Every configuration against itself, run once more on some of the inputs: bits must be equal.</summary>
    public async Task<Spectrum> RepeatAsync(Bench bench, string model, IReadOnlyList<TensorMap> inputs, int from)
    {
        var spectrum = new Spectrum();
        foreach (var configuration in Configurations)
        {
            var again = await bench.RunAsync(model, configuration, inputs.Skip(from));
            again.Index().ToList().ForEach(answer => spectrum.Add(OutputComparison.Between(Of(configuration, from + answer.Index), answer.Item, default), 1));
        }

        return spectrum;
    }

    private Digest Keep(int input, TensorMap outputs)
    {
        var digest = TensorDigest.Of(outputs);
        if (_answers[input].Find(answer => answer.Digest == digest) is { } known)
        {
            known.Times++;
        }
        else
        {
            _answers[input].Add(new Answer(digest, outputs));
        }

        return digest;
    }

    private sealed class Answer(Digest digest, TensorMap outputs)
    {
        public Digest Digest => digest;

        public TensorMap Outputs => outputs;

        public long Times { get; set; } = 1;
    }
}
