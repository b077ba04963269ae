using System.Security.Cryptography;
using Market.Jobs.Disputes;
using Market.Jobs.Tests.Verification;
using Market.Onnx.Digests;
using Market.Onnx.Execution;
using Market.Onnx.Tests.Execution;
using Market.Protocol.Ids;
using Market.Protocol.Verdicts;

namespace Market.Jobs.Tests.Disputes;

/// <summary>Votes through the real referee.</summary>
public sealed class JurorTests
{
    private static readonly Digest Nothing = new(new byte[Digest.Size]);

    private static ContestedPoint Accepted(int seat, uint task) => new(DisputeSubject.AcceptedSeat, seat, task);

    private static ContestedPoint Refused(int seat, uint task) => new(DisputeSubject.RefusedSeat, seat, task);

    private static ContestedPoint Rejected(int seat, uint task) => new(DisputeSubject.RejectedSeat, seat, task);

    private static ContestedPoint Verifier(uint task) => new(DisputeSubject.Verifier, -1, task);

    [Fact]
    public async Task A_seat_is_wrong_beyond_tolerance_or_if_it_shows_nothing_whatever_the_verdict_said()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        await job.WithShareAsync(0.8);
        await job.WithShareAsync(1.2);
        job.With(default, null, unserved: false);
        await job.WithAsync((task, values) => task == 4 ? [.. values.Select(v => -v)] : values);
        await job.WithAsync((_, values) => values[..^1]);
        var accepted = await job.VoteAsync(null, [0, 1, 2, 3, 4, 5], Accepted(0, 4), Accepted(1, 4), Accepted(2, 4), Accepted(3, 4), Accepted(4, 4), Accepted(4, 5), Accepted(5, 0));
        Assert.Equal(0b1011100, accepted.Wrong);
        Assert.Equal(0b1011100, (await job.VoteAsync(null, [], Rejected(0, 4), Rejected(1, 4), Rejected(2, 4), Rejected(3, 4), Rejected(4, 4), Rejected(4, 5), Rejected(5, 0))).Wrong);
        Assert.Equal(0b1011100, (await job.VoteAsync(null, [], Refused(0, 4), Refused(1, 4), Refused(2, 4), Refused(3, 4), Refused(4, 4), Refused(4, 5), Refused(5, 0))).Wrong);
        Assert.Contains("Nobody shows", accepted.Points[3].Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JudgedJob.Tasks)]
    [InlineData(uint.MaxValue)]
    public async Task A_verdict_that_names_no_task_of_the_job_accuses_nobody_and_nothing_is_executed(uint task)
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithShareAsync(50);
        var vote = await job.VoteAsync(null, [], Rejected(0, task), Refused(0, task), Accepted(0, task));
        Assert.Equal(0, vote.Wrong);
        Assert.All(vote.Points, point => Assert.Equal(Nothing, point.Canonical));
    }

    [Fact]
    public async Task A_tie_takes_no_pay_and_gives_none()
    {
        var graph = TinyModel.Graph([TinyModel.Node("ArgMax", ["x"], ["y"])], [TinyModel.Value("x", 1, -1)], [TinyModel.Value("y", 7, -1)]);
        await using var job = await JudgedJob.CreateAsync(TinyModel.Model(graph), "y", [ModelFolder.Inputs(("x", ModelFolder.Floats([3], 1, 5, 2)))]);
        await job.WithOutputAsync(ModelFolder.Integers([1], 2));
        await job.WithOutputAsync(ModelFolder.Floats([1], 1));
        Assert.Equal(0b100, (await job.VoteAsync(null, [0], Accepted(0, 0), Rejected(0, 0), Refused(0, 0))).Wrong);
        Assert.Equal(0b111, (await job.VoteAsync(null, [1], Accepted(1, 0), Rejected(1, 0), Refused(1, 0))).Wrong);
    }

    [Theory]
    [InlineData(1.2, false)]
    [InlineData(1.8, true)]
    public async Task A_verifier_answers_for_what_it_accepted_only_where_another_machine_could_not_have_seen_it_otherwise(double share, bool wrong)
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        await job.WithShareAsync(share);
        job.With(default, null, unserved: false);
        var evidence = await job.EvidenceAsync([.. job.Drawn]);
        var task = (uint)job.Drawn[0];
        Assert.Equal(wrong ? 0b11 : 0b10, (await job.VoteAsync(evidence, [0, 1, 2], Verifier(task), Accepted(1, task))).Wrong);
        Assert.Equal(0, (await job.VoteAsync(evidence, [0], Verifier(task))).Wrong);
    }

    [Fact]
    public async Task A_verifier_is_wrong_without_evidence_of_this_draw_with_every_drawn_task_in_it()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        var (first, second) = (job.Drawn[0], job.Drawn[1]);
        var notDrawn = (uint)Enumerable.Range(0, JudgedJob.Tasks).Except(job.Drawn).First();
        var lazy = await job.EvidenceAsync(first);
        var vote = await job.VoteAsync(lazy, [0], Verifier((uint)first), Verifier((uint)second), Verifier(notDrawn));
        Assert.Equal(0b010, vote.Wrong);
        Assert.Equal([false, false, true], vote.Points.Select(p => p.Canonical == Nothing));

        var complete = await job.EvidenceAsync([.. job.Drawn]);
        Evidence?[] others = [null, complete with { Job = default }, complete with { Seed = default }];
        foreach (var other in others)
        {
            Assert.Equal(0b111, (await job.VoteAsync(other, [0], Verifier((uint)first), Verifier((uint)second), Verifier(notDrawn))).Wrong);
        }
    }

    [Fact]
    public async Task A_verifier_that_copied_outputs_or_a_witness_is_wrong_and_one_on_another_kind_of_machine_is_not()
    {
        var inputs = Enumerable.Range(0, 5).Select(task => ModelFolder.Inputs(("x", ModelFolder.Line(task, 64)))).ToList();
        var model = await File.ReadAllBytesAsync(ModelFolder.Recognition, TestContext.Current.CancellationToken);
        await using var job = await JudgedJob.CreateAsync(model, Market.Onnx.Reading.ModelReader.Read(ModelFolder.Recognition).Outputs[0], inputs);
        await job.WithAsync(null);
        var drawn = Assert.Single(job.Drawn);
        var honest = await job.EvidenceAsync(drawn);
        Assert.Equal(27, honest.Samples[0].Witness!.Numbers.Length);
        Evidence Showing(Witness? witness) => honest with { Samples = [honest.Samples[0] with { Witness = witness }] };
        var otherMachine = await job.WitnessAsync(drawn, JudgedJob.Verifier, SessionSettings.Default with { Optimization = OptimizationLevel.All });
        var numbers = honest.Samples[0].Witness!.Numbers;
        (Evidence Evidence, bool Wrong)[] cases =
        [
            (honest, false),
            (Showing(otherMachine), false),
            (Showing(null), true),
            (Showing(new Witness([.. numbers.Select(_ => 0f)])), true),
            (Showing(await job.WitnessAsync(drawn, new StakeId(10), SessionSettings.Default)), true),
            (Showing(await job.WitnessAsync((drawn + 1) % inputs.Count, JudgedJob.Verifier, SessionSettings.Default)), true),
            (Showing(new Witness(numbers[..18])), true),
        ];
        Assert.NotEqual(honest.Samples[0].Witness, otherMachine);
        foreach (var (evidence, wrong) in cases)
        {
            var point = (await job.VoteAsync(evidence, [0], Verifier((uint)drawn))).Points[0];
            Assert.True(point.Wrong == wrong, point.Why);
        }
    }

    [Fact]
    public async Task Who_cannot_execute_does_not_vote_and_demands_no_sample_of_others()
    {
        await using var job = await JudgedJob.CreateAsync(TinyModel.Count(), "y", [.. Enumerable.Repeat(ModelFolder.Counting(long.MaxValue), 5)], milliseconds: 100);
        job.With(default, null, unserved: false);
        var drawn = (uint)Assert.Single(job.Drawn);
        await Assert.ThrowsAsync<JobException>(() => job.VoteAsync(null, [0], Accepted(0, drawn)));
        var withoutSample = await job.EvidenceAsync();
        var vote = await job.VoteAsync(withoutSample, [0], Verifier(drawn));
        Assert.Equal((false, Nothing), (vote.Points[0].Wrong, vote.Points[0].Canonical));
    }

    [Fact]
    public async Task Every_juror_votes_the_same_and_none_can_without_executing()
    {
        await using var job = await JudgedJob.CreateAsync();
        await job.WithAsync(null);
        ContestedPoint[] points = [Accepted(0, 3), Rejected(0, 99), Accepted(0, 1)];
        var vote = await job.VoteAsync(null, [0], points);
        Assert.Equal(vote.Digest, (await job.VoteAsync(null, [0], points)).Digest);
        Digest Canonical(int task) => TensorDigest.Of(ModelFolder.Inputs(("y", JudgedJob.TensorOf([.. Enumerable.Range(1, 50).Select(i => 2f * (i + task))]))));
        byte[] expected = [.. Canonical(3).ToArray(), .. Nothing.ToArray(), .. Canonical(1).ToArray()];
        Assert.Equal(new Digest(SHA256.HashData(expected)), vote.Digest);
    }

    [Fact]
    public async Task Of_a_real_model_honest_machines_are_right_and_rounded_weights_are_not()
    {
        var inputs = Enumerable.Range(0, 2).Select(task => ModelFolder.Inputs(("x", ModelFolder.Line(task, 64)))).ToList();
        var model = await File.ReadAllBytesAsync(ModelFolder.Recognition, TestContext.Current.CancellationToken);
        var output = Market.Onnx.Reading.ModelReader.Read(ModelFolder.Recognition).Outputs[0];
        await using var job = await JudgedJob.CreateAsync(model, output, inputs);
        await job.WithAsync(null);
        await job.WithOptimizedAsync();
        await job.WithRoundedWeightsAsync();
        var vote = await job.VoteAsync(null, [], [.. Enumerable.Range(0, 3).SelectMany(seat => new[] { Accepted(seat, 0), Rejected(seat, 1) })]);
        Assert.True(vote.Wrong == 0b110000, string.Join('\n', vote.Points.Select(p => p.Why)));
        Assert.Equal(2, vote.Points.Select(p => p.Canonical).Distinct().Count());
    }
}
