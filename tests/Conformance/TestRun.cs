using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Conformance;

/// <summary>Takes one test through the worker.</summary>
internal static class TestRun
{
    // What the reader says when it refuses a model, and what that means.
    private static readonly (string Said, string Reason)[] ReaderRefusals =
    [
        ("drawn by chance", "the result is drawn by chance: no two honest runs could agree"),
        ("custom operator 'ai.onnx.preview.training", "training operators"),
        ("no dense tensor", "an input is a sequence, a map or an optional"),
    ];

    // What the runtime says when it refuses a model, and what that means.
    private static readonly (string Said, string Reason)[] Refusals =
    [
        ("ai.onnx.preview.training", "training operators"),
        ("Could not find an implementation", "the runtime has no kernel for this operator with this element type or of this old version"),
        ("layout_ == 0", "the runtime's recurrent operators take only `layout` 0"),
        ("string_normalizer.cc", "the operator needs a locale of the host's, which a worker does not have"),
    ];

    public static async Task<Verdict> JudgeAsync(WorkerPool pool, TestCase test)
    {
        try
        {
            ModelReader.Read(test.Model);
        }
        catch (OnnxModelException e)
        {
            var named = Array.Find(ReaderRefusals, refusal => e.Message.Contains(refusal.Said, StringComparison.Ordinal)).Reason;
            return named is null ? new Verdict(VerdictKind.Failed, e.Message) : new Verdict(VerdictKind.Refused, named);
        }

        var (inputs, outputs) = TestMessages.Declared(await File.ReadAllBytesAsync(test.Model));
        var given = inputs.Take(test.InputCount).ToList();
        if (given.Concat(outputs).Any(value => !value.IsTensor))
        {
            return new Verdict(VerdictKind.Refused, "an input or output is a sequence, a map or an optional");
        }

        try
        {
            await pool.LoadAsync(new WorkerModel(test.Model));
        }
        catch (WorkerException e)
        {
            return Array.Find(Refusals, refusal => e.Message.Contains(refusal.Said, StringComparison.Ordinal)) is { Reason: { } reason }
                ? new Verdict(VerdictKind.Refused, reason)
                : new Verdict(e.ModelRefused ? VerdictKind.Failed : VerdictKind.Crashed, e.Message);
        }

        var map = new TensorMap();
        map.AddRange(given.Select((value, i) => KeyValuePair.Create(value.Name, value.Typed(TestMessages.Tensor(test.Input(i))))));
        var verdict = Judge(test, outputs, await pool.RunAsync(map));
        if (verdict.Kind == VerdictKind.Passed && Digest(await pool.RunAsync(map)) != Digest(await pool.RunAsync(map)))
        {
            return new Verdict(VerdictKind.Failed, "two runs have different digests");
        }

        return verdict.Kind == VerdictKind.Failed && KnownDeviations.Reason(test.Name) is { } known ? verdict with { Reason = known } : verdict;
    }

    private static Digest? Digest(TaskOutcome outcome) => outcome is TaskOutcome.Completed(var outputs, _) ? TensorDigest.Of(outputs) : null;

    private static Verdict Judge(TestCase test, List<DeclaredValue> declared, TaskOutcome outcome)
    {
        if (outcome is not TaskOutcome.Completed(var outputs, _))
        {
            return new Verdict(outcome is TaskOutcome.Crashed ? VerdictKind.Crashed : VerdictKind.Failed, $"{outcome}");
        }

        for (var i = 0; i < declared.Count; i++)
        {
            var expected = declared[i].Typed(TestMessages.Tensor(test.Output(i)));
            if (Closeness.Difference(outputs[i].Value, expected) is { } difference)
            {
                return new Verdict(VerdictKind.Failed, $"'{declared[i].Name}': {difference}");
            }
        }

        return new Verdict(VerdictKind.Passed, "");
    }
}
