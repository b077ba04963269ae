using System.Text;
using CsCheck;
using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Providers;

namespace Market.Protocol.Tests.Providers;

public sealed class NodeStatusTests
{
    private static readonly NodeStatus Sound = new()
    {
        Version = 1,
        Software = "0.1.0",
        LeastReward = Units.Parse("0.2"),
        Region = "US-CA",
        Refusals = new Dictionary<RefusalReason, int> { [RefusalReason.TooSlow] = 2, [RefusalReason.PriceTooLow] = 1000 },
        FreeBytes = 5L << 30,
        StoreBytes = 20,
    };

    [Theory]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("0.1.0", "new")]
    [InlineData("0.1.0", "")]
    [InlineData("\"200000000\"", "\"-1\"")]
    [InlineData("\"freeBytes\":5368709120", "\"freeBytes\":-1")]
    [InlineData("\"storeBytes\":20", "\"storeBytes\":-20")]
    [InlineData("US-CA", "us-ca")]
    [InlineData("US-CA", "US-CALIF")]
    [InlineData("US-CA", "US-CA\\n")]
    [InlineData("\"tooSlow\":2", "\"tooSlow\":0")]
    [InlineData("\"tooSlow\":2", "\"tooUgly\":2")]
    [InlineData("\"tooSlow\":2", "\"8\":2")]
    [InlineData("\"priceTooLow\":1000", "\"priceTooLow\":1001")]
    [InlineData("{", "{\"evil\":1,")]
    public void Refuses_an_unsound_status(string sound, string unsound)
    {
        var text = Encoding.UTF8.GetString(Sound.ToBytes());
        Assert.Contains(sound, text, StringComparison.Ordinal);
        Assert.False(NodeStatus.Read(Encoding.UTF8.GetBytes(text.Replace(sound, unsound, StringComparison.Ordinal))).IsSound);
    }

    [Fact]
    public void Random_bytes_are_findings_never_exceptions() =>
        Gen.Byte.Array[0, 100].Sample(bytes => !NodeStatus.Read(bytes).IsSound);

    [Fact]
    public void Reads_back_what_it_writes_also_where_something_is_not_said()
    {
        var silent = Sound with { LeastReward = null, Region = null, Refusals = null, FreeBytes = null };
        Assert.Equal(Sound.Refusals, NodeStatus.Read(Sound.ToBytes()).Document!.Refusals!.OrderByDescending(r => r.Key));
        Assert.Equal(Sound with { Refusals = null }, NodeStatus.Read(Sound.ToBytes()).Document! with { Refusals = null });
        Assert.Equal(silent, NodeStatus.Read(silent.ToBytes()).Document);
    }

    [Fact]
    public void One_that_says_all_there_is_to_say_fits()
    {
        var all = Sound with { Software = "4294967.4294967.42949.429496", LeastReward = new Units(ulong.MaxValue), FreeBytes = 1L << 52, StoreBytes = 1L << 52, Refusals = Enum.GetValues<RefusalReason>().ToDictionary(r => r, _ => NodeStatus.MostRefusals) };
        Assert.True(NodeStatus.Read(all.ToBytes()).IsSound);
    }
}
