using System.Text;
using CsCheck;
using Market.Protocol.Bundles;
using Market.Protocol.Providers;

namespace Market.Protocol.Tests.Providers;

public sealed class ReplicaProgressTests
{
    private static readonly ReplicaProgress Sound = new() { Version = 1, Done = 12, Tasks = 24 };

    [Theory]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("\"done\":12", "\"done\":25")]
    [InlineData("\"done\":12", "\"done\":-1")]
    [InlineData("\"done\":12", "\"done\":12.5")]
    [InlineData("\"done\":12", "\"done\":12e0")]
    [InlineData("\"done\":12", "\"done\":99999999999")]
    [InlineData("\"tasks\":24", "\"tasks\":0")]
    [InlineData("\"tasks\":24", "\"tasks\":48")]
    [InlineData("\"tasks\":24", "\"tasks\":65537")]
    [InlineData("\"done\":12,", "")]
    [InlineData("{", "{ ")]
    [InlineData("{", "{\"evil\":1,")]
    [InlineData("{", "{\"done\":12,")]
    public void Refuses_what_is_unsound_or_of_a_job_with_other_tasks(string sound, string unsound)
    {
        var text = Encoding.UTF8.GetString(Sound.ToBytes());
        Assert.Contains(sound, text, StringComparison.Ordinal);
        Assert.False(ReplicaProgress.Read(Encoding.UTF8.GetBytes(text.Replace(sound, unsound, StringComparison.Ordinal)), 24).IsSound);
    }

    [Fact]
    public void Says_how_many_tasks_were_expected() =>
        Assert.Equal("Tasks: 24 tasks found, the job has 25.", ReplicaProgress.Read(Sound.ToBytes(), 25).ToString());

    [Fact]
    public void Refuses_more_bytes_than_an_answer_may_have() =>
        Assert.False(ReplicaProgress.Read([.. Sound.ToBytes(), .. new byte[ReplicaProgress.LargestBytes]], 24).IsSound);

    [Fact]
    public void Random_bytes_are_findings_never_exceptions() =>
        Gen.Byte.Array[0, 200].Sample(bytes => !ReplicaProgress.Read(bytes, 24).IsSound);

    [Fact]
    public void Bytes_that_were_changed_are_refused_or_are_another_sound_answer() =>
        Gen.Select(Gen.Int[0, Sound.ToBytes().Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var bytes = Sound.ToBytes();
            bytes[at] = value;
            return ReplicaProgress.Read(bytes, 24).Document is not { } read || (read.Done is >= 0 and <= 24 && read.Tasks == 24 && read.ToBytes().AsSpan().SequenceEqual(bytes));
        });

    [Fact]
    public void Reads_back_whatever_it_writes_within_its_bound() =>
        Gen.Int[1, Bundle.MostTasks].SelectMany(tasks => Gen.Int[0, tasks].Select(done => Sound with { Done = done, Tasks = tasks }))
            .Sample(progress => progress.ToBytes().Length <= ReplicaProgress.LargestBytes && progress == ReplicaProgress.Read(progress.ToBytes(), progress.Tasks).Document);
}
