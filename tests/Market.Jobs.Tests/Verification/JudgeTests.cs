using System.Security.Cryptography;
using Market.Onnx.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Jobs.Tests.Verification;

public sealed class JudgeTests
{
    private static readonly Func<int, float[], float[]> Rounding = (_, values) => [.. values.Select(v => v * (1 + 1e-5f))];
    private static readonly Func<int, float[], float[]> Garbage = (_, values) => [.. values.Select(v => -v)];

    [Fact]
    public async Task Gives_no_judgement_on_a_job_that_allows_other_classes_only()
    {
        await using var job = await JudgedJob.CreateAsync(only: new DeterminismClassId(SHA256.HashData("another class"u8)));
        await job.WithAsync(null);
        Assert.Contains("is none of them", (await Assert.ThrowsAsync<JobException>(() => job.JudgeAsync(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepts_honest_machines_that_differ_in_the_last_bits()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        await job.WithAsync(Rounding);
        await job.WithAsync(null);
        var judgement = await job.JudgeAsync(3);
        Assert.All(judgement.Replicas, r => Assert.Equal(Outcome.Accept, r.Outcome));
        Assert.Equal(VerdictReason.WithinTolerance, judgement.Replicas[1].Reason);
        Assert.Equal(VerdictReason.Equal, judgement.Replicas[2].Reason);
        Assert.Equal(0b111, judgement.Mask(Outcome.Accept));
    }

    [Fact]
    public async Task Rejects_a_cheat_in_one_task_that_no_sample_hit()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        await job.WithAsync((task, values) => task == 7 ? [.. values.Select(v => v * 1.01f)] : values);
        await job.WithAsync(null);
        var judgement = await job.JudgeAsync(0);
        Assert.Equal([Outcome.Accept, Outcome.Reject, Outcome.Accept], judgement.Replicas.Select(r => r.Outcome));
        Assert.Equal([0, 7], judgement.Samples.Select(s => s.Task));
        Assert.Equal(7, judgement.Replicas[1].Task);
    }

    [Fact]
    public async Task Rejects_a_majority_that_agrees_on_a_wrong_result()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(Garbage);
        await job.WithAsync(null);
        await job.WithAsync(Garbage);
        var judgement = await job.JudgeAsync(5);
        Assert.Equal([Outcome.Reject, Outcome.Accept, Outcome.Reject], judgement.Replicas.Select(r => r.Outcome));
        Assert.Equal(1, judgement.Reference);
        Assert.All(judgement.Replicas.Where(r => r.Outcome == Outcome.Reject), r => Assert.Equal(VerdictReason.DiffersFromExecution, r.Reason));
    }

    [Fact]
    public async Task Accepts_outputs_so_near_zero_that_rounding_is_all_they_are_and_rejects_them_farther_away()
    {
        await using var job = await JudgedJob.CreateAsync(1e-9f);
        await job.WithAsync(null);
        await job.WithAsync((_, values) => [.. values.Select(v => v * 1.5f)]);
        await job.WithAsync((_, values) => [.. values.Select(v => v * 50f)]);
        var judgement = await job.JudgeAsync(0, 4);
        Assert.Equal([VerdictReason.Equal, VerdictReason.WithinTolerance, VerdictReason.DiffersFromExecution], judgement.Replicas.Select(r => r.Reason));
        Assert.InRange(judgement.Replicas[1].RelativeL2.Value, 0.3, 0.4);
        Assert.InRange(judgement.Replicas[1].ShareOfTolerance.Value, 0.01, 0.1);
    }

    [Fact]
    public async Task Judges_a_single_replica_by_its_samples_alone()
    {
        await using var honest = await JudgedJob.CreateAsync();
        await honest.WithAsync(Rounding);
        Assert.Equal(Outcome.Accept, Assert.Single((await honest.JudgeAsync(1, 4)).Replicas).Outcome);
        await using var cheat = await JudgedJob.CreateAsync();
        await cheat.WithAsync((task, values) => task == 4 ? Garbage(task, values) : values);
        Assert.Equal(Outcome.Reject, Assert.Single((await cheat.JudgeAsync(1, 4)).Replicas).Outcome);
    }

    [Fact]
    public async Task Rejects_what_is_no_result_of_the_model_and_refuses_what_only_it_was_served()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        await job.WithAsync((_, values) => values[..^1]);
        await job.WithSwappedOutputsAsync();
        await job.WithAsync((_, values) => [.. values.Select(_ => float.NaN)]);
        var judgement = await job.JudgeAsync(2);
        Assert.Equal([Outcome.Accept, Outcome.Reject, Outcome.Refuse, Outcome.Reject], judgement.Replicas.Select(r => r.Outcome));
        Assert.Equal(VerdictReason.Malformed, judgement.Replicas[2].Reason);
        Assert.Equal([null, 0, 0, 0], judgement.Replicas.Select(r => r.Task));
    }

    [Fact]
    public async Task Refuses_and_does_not_reject_what_the_canonical_referee_does_not_find_wrong()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        var judgement = await job.JudgeOnAsync(own => Tampering.Changed(own, values => [.. values.Select(v => v * 1.01f)]), 3);
        var finding = Assert.Single(judgement.Replicas);
        Assert.Equal((Outcome.Refuse, VerdictReason.NotConfirmed, 3), (finding.Outcome, finding.Reason, finding.Task));
        Assert.Contains("The canonical referee finds it at 0 of the tolerance", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_referee_where_its_own_machine_hits_a_limit()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        await job.WithAsync(Garbage);
        var judgement = await job.JudgeOnAsync(_ => new TaskOutcome.Exceeded(WorkerLimit.WallTime, 11, 10), 3, 8);
        Assert.Equal([Outcome.Accept, Outcome.Reject], judgement.Replicas.Select(r => r.Outcome));
        Assert.Superset(new HashSet<int> { 3, 8 }, judgement.Samples.Select(s => s.Task).ToHashSet());
    }

    [Fact]
    public async Task Rejects_what_was_not_served_on_demand_and_refuses_what_was_only_slow()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        job.With(default, null, unserved: true);
        job.With(default, null, unserved: false);
        var judgement = await job.JudgeAsync(2);
        Assert.Equal([Outcome.Accept, Outcome.Reject, Outcome.Refuse], judgement.Replicas.Select(r => r.Outcome));
    }

    [Fact]
    public async Task Decides_by_agreement_alone_where_no_task_was_drawn()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        await job.WithAsync(Rounding);
        Assert.All((await job.JudgeAsync()).Replicas, r => Assert.Equal(Outcome.Accept, r.Outcome));
        await job.WithAsync(Garbage);
        Assert.Equal([Outcome.Accept, Outcome.Accept, Outcome.Reject], (await job.JudgeAsync()).Replicas.Select(r => r.Outcome));
    }

    [Fact]
    public async Task Gives_the_same_judgement_again()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        await job.WithAsync(Garbage);
        await job.WithAsync(Rounding);
        Assert.Equal((await job.JudgeAsync(1)).Replicas, (await job.JudgeAsync(1)).Replicas);
    }
}
