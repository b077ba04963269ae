using Market.Onnx.Comparison;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Mutations;
using Market.Onnx.Tensors;
using Market.Protocol.Bundles;
using Market.Spread.Models;
using Market.Spread.Reports;

namespace Market.Spread.Measuring;

/// <summary>Measures one model: how far honest configurations lie apart, and how far cheats lie from them.</summary>
/// <param name="bench">Runs the models.</param>
/// <param name="samples">Inputs from which the tolerance is derived.</param>
/// <param name="checks">Other inputs, on which it is held.</param>
internal sealed class Survey(Bench bench, int samples, int checks)
{
    public async Task<ModelResult> OfAsync(Subject subject, IReadOnlyList<Configuration> configurations)
    {
        var file = subject.File();
        var (model, inputs) = (bench.Place(file), Inputs(subject));
        var runs = await HonestRuns.RunAsync(bench, model, configurations, inputs);
        var half = await bench.RunAsync(bench.Place(Mutation.Half(file)), Configuration.Usual, inputs.Take(samples));
        var tolerance = ToleranceRule.From(runs.Compare(..samples, ToleranceRule.Limits(ToleranceRule.Least)), Catches);
        var cheats = new List<CheatResult>();
        foreach (var cheat in Cheat.All)
        {
            cheats.Add(await OfAsync(cheat, file, [.. inputs.Skip(samples)], runs, tolerance));
        }

        return new ModelResult(subject.Name, subject.Kind, subject.Saturates, Weights(file), samples, checks, configurations.Count, runs.Unrepeatable)
        {
            Tolerance = tolerance,
            Honest = tolerance is null ? await runs.RepeatAsync(bench, model, inputs, samples) : runs.Compare(samples.., ToleranceRule.Limits(tolerance)),
            Cheats = cheats,
            HalfAtDefault = (await OfAsync(Cheat.All.First(cheat => cheat.Name == Cheat.HalfWeights), file, [.. inputs.Skip(samples)], runs, Tolerance.Default)).Distances,
        };

        bool Catches(Tolerance tolerance)
        {
            var spectrum = new Spectrum();
            half.Index().ToList().ForEach(answer => runs.Compare(answer.Index, answer.Item, ToleranceRule.Limits(tolerance), spectrum));
            return spectrum.Rejected == spectrum.Count;
        }
    }

    /// <summary>An emulated processor against this one and the WebAssembly build, under the settings that everybody uses.</summary>
    public async Task<EmulatedResult> OfAsync(Subject subject, Machine processor, Machine web, Tolerance tolerance)
    {
        var (model, inputs) = (bench.Place(subject.File()), Inputs(subject));
        var found = await bench.RunAsync(model, new Configuration(processor, OptimizationLevel.None), inputs);
        return new EmulatedResult(subject.Name, processor.Name, await AgainstAsync(Machine.Native), await AgainstAsync(web));

        async Task<Spectrum> AgainstAsync(Machine machine)
        {
            var runs = await HonestRuns.RunAsync(bench, model, [new Configuration(machine, OptimizationLevel.None)], inputs);
            var spectrum = new Spectrum();
            found.Index().ToList().ForEach(answer => runs.Compare(answer.Index, answer.Item, ToleranceRule.Limits(tolerance), spectrum));
            return spectrum;
        }
    }

    private List<TensorMap> Inputs(Subject subject) => [.. Enumerable.Range(0, samples + checks).Select(subject.Input)];

    // With a tolerance, against every configuration; without one, against the same class only, bit by bit.
    private async Task<CheatResult> OfAsync(Cheat cheat, byte[] file, IReadOnlyList<TensorMap> inputs, HonestRuns runs, Tolerance? tolerance)
    {
        var (harmless, jobs, caught, spectrum) = (0, 0, 0, new Spectrum());
        TensorMap[] honest = [.. inputs.Select((_, input) => runs.Of(Configuration.Usual, samples + input))];
        await foreach (var answers in cheat.RunAsync(bench, file, inputs, honest))
        {
            var wrong = answers.Index().Where(answer => !runs.IsOf(Configuration.Usual, samples + answer.Index, TensorDigest.Of(answer.Item))).ToList();
            harmless += answers.Count - wrong.Count;
            jobs += wrong.Count == 0 ? 0 : tolerance is null ? 1 : runs.Configurations.Count();
            caught += wrong.SelectMany(Rejecting).Distinct().Count();
        }

        return new CheatResult(cheat.Name, harmless, jobs, caught, spectrum);

        IEnumerable<Configuration> Rejecting((int Input, TensorMap Answer) task)
        {
            if (tolerance is not null)
            {
                return runs.Compare(samples + task.Input, task.Answer, ToleranceRule.Limits(tolerance), spectrum);
            }

            spectrum.Add(OutputComparison.Between(honest[task.Input], task.Answer, default), 1);
            return [Configuration.Usual];
        }
    }

    private static long Weights(byte[] file) => ModelWeights.Find(file).Where(weight => weight.IsFloat || weight.Type == ElementType.Int8).Sum(weight => (long)weight.Count);
}
