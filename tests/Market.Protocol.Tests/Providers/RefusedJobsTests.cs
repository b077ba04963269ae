using System.Text;
using CsCheck;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Protocol.Providers;

public sealed class RefusedJobsTests
{
    private static readonly Gen<RefusedJob> Job =
        Gen.Select(Gen.Byte.Array[32], Gen.Enum<RefusalReason>(), (id, reason) => new RefusedJob(new JobId(new Bytes32(id)), reason));

    [Fact]
    public void What_was_written_is_read_and_fits() => Job.List[0, RefusedJobs.Most].Sample(jobs =>
    {
        var bytes = new RefusedJobs { Version = 1, Jobs = jobs }.ToBytes();
        return bytes.Length <= RefusedJobs.LargestBytes && RefusedJobs.Read(bytes).Document!.Jobs.SequenceEqual(jobs);
    });

    [Theory]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("\"jobs\":[", "\"jobs\":[null,")]
    [InlineData("priceTooLow", "tooDull")]
    [InlineData("0x11", "1x11")]
    [InlineData("\"reason\"", "\"why\"")]
    public void Others_are_refused(string sound, string unsound)
    {
        var text = Encoding.UTF8.GetString(Of(1).ToBytes());
        Assert.Contains(sound, text, StringComparison.Ordinal);
        Assert.False(RefusedJobs.Read(Encoding.UTF8.GetBytes(text.Replace(sound, unsound, StringComparison.Ordinal))).IsSound);
    }

    [Fact]
    public void More_than_twenty_are_refused()
    {
        Assert.True(RefusedJobs.Read(Of(RefusedJobs.Most).ToBytes()).IsSound);
        Assert.Contains("21 jobs found", RefusedJobs.Read(Of(RefusedJobs.Most + 1).ToBytes()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_refused_without_harm() => Gen.Byte.Array[0, 200].Sample(bytes => !RefusedJobs.Read(bytes).IsSound);

    private static RefusedJobs Of(int jobs) => new()
    {
        Version = 1, Jobs = [.. Enumerable.Repeat(new RefusedJob(new JobId(new Bytes32([.. Enumerable.Repeat((byte)0x11, 32)])), RefusalReason.PriceTooLow), jobs)],
    };
}
