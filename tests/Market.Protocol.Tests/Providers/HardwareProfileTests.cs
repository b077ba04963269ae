using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Market.Protocol.Ids;
using Market.Protocol.Providers;

namespace Market.Protocol.Tests.Providers;

public sealed class HardwareProfileTests
{
    private static readonly HardwareProfile Sound = new()
    {
        Version = 1,
        Peer = "16Uiu2HAmGkV6bdFZDGo2yXz3sGxNTBHPZ5hBqYrp1WRrYBd7vBQk",
        Addresses = ["/ip4/127.0.0.1/tcp/4001"],
        Cores = 2,
        MemoryBytes = 8L << 30,
        InstructionSet = "x64-avx2-fma",
        RuntimeVersion = "1.31.1",
        DeterminismClass = new DeterminismClassId(SHA256.HashData("class"u8)),
        MegaOperationsPerSecond = 12_345,
    };

    [Theory]
    [InlineData("\"cores\":2", "\"cores\":0")]
    [InlineData("\"cores\":2", "\"cores\":2147483648")]
    [InlineData("/ip4", "ip4")]
    [InlineData("/ip4", "<script>/ip4 ")]
    [InlineData("\"addresses\":[", "\"addresses\":[null,")]
    [InlineData("x64-avx2-fma", "")]
    public void Refuses_an_unsound_profile(string sound, string unsound)
    {
        var text = Encoding.UTF8.GetString(Sound.ToBytes());
        Assert.Contains(sound, text, StringComparison.Ordinal);
        Assert.False(HardwareProfile.Read(Encoding.UTF8.GetBytes(text.Replace(sound, unsound, StringComparison.Ordinal))).IsSound);
    }

    [Fact]
    public void Random_bytes_are_findings_never_exceptions() =>
        Gen.Byte.Array[0, 100].Sample(bytes => !HardwareProfile.Read(bytes).IsSound);

    [Fact]
    public void Reads_back_what_it_writes()
    {
        var reading = HardwareProfile.Read(Sound.ToBytes());
        Assert.True(reading.IsSound, reading.ToString());
        Assert.Equal(Sound, reading.Document);
    }
}
