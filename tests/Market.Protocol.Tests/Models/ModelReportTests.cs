using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Models;
using Market.Protocol.Verdicts;

namespace Market.Protocol.Tests.Models;

public sealed class ModelReportTests
{
    private static readonly DeterminismClassId First = new(Hash(1)), Second = new(Hash(2));

    public static TheoryData<string, string> Unsound => new()
    {
        { "\"version\":1}", "\"version\":2}" },
        { "\"optimization\":\"basic\"", "\"optimization\":\"all\"" },
        { "\"absoluteFloor\":1000", "\"absoluteFloor\":999" },
        { "\"relativeL2\":100000,", "\"relativeL2\":100000001," },
        { "\"nodes\":12", "\"nodes\":3" },
        { "\"nodes\":12", "\"nodes\":-1" },
        { "\"operator\":\"ArgMax\"", "\"operator\":\"Arg Max\"" },
        { "\"flagged\":[", "\"flagged\":[null," },
        { "\"classes\":[", "\"classes\":[null," },
        { "\"count\":16", "\"count\":0" },
        { "\"count\":16", "\"count\":1001" },
        { "\"roundedCaught\":15", "\"roundedCaught\":17" },
        { "\"bytes\":900,", "\"bytes\":0," },
        { "\"runtime\":", "\"onlyClassBecause\":\"so\",\"runtime\":" },
        { "\"runtime\":\"1.31.1\"", "\"runtime\":\"latest\"" },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Refuses_bytes_that_are_no_sound_report(string sound, string unsound)
    {
        var text = Encoding.UTF8.GetString(Sound().ToBytes());
        Assert.Contains(sound, text, StringComparison.Ordinal);
        var reading = ModelReport.Read(Encoding.UTF8.GetBytes(text.Replace(sound, unsound, StringComparison.Ordinal)));
        Assert.NotEmpty(reading.Findings);
    }

    [Fact]
    public void A_single_class_must_be_one_that_was_measured_and_have_a_reason()
    {
        var only = Sound() with { Samples = new SampleSet(3, new ContentDigest(Hash(6))), RoundedCaught = 0, Tolerance = Tolerance.Exact, OnlyClass = Second, OnlyClassBecause = "Honest classes lie 1.0E-2 apart." };
        Assert.Equal("sound", ModelReport.Read(only.ToBytes()).ToString());
        Assert.Equal([Second], only.Terms.Classes);
        Assert.Empty(Sound().Terms.Classes);
        Assert.False(ModelReport.Read((only with { OnlyClass = new DeterminismClassId(Hash(9)) }).ToBytes()).IsSound);
        Assert.False(ModelReport.Read((only with { OnlyClassBecause = null }).ToBytes()).IsSound);
    }

    [Fact]
    public void Reads_back_what_it_writes()
    {
        var reading = ModelReport.Read(Sound().ToBytes());
        Assert.True(reading.IsSound, reading.ToString());
        Assert.Equal(Sound().Digest(), reading.Document.Digest());
        Assert.Equal(double.PositiveInfinity, reading.Document.Rounded.ShareOfTolerance.Value);
    }

    [Fact]
    public void Changed_bytes_are_refused_or_another_report()
    {
        var bytes = Sound().ToBytes();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var changed = bytes.ToArray();
            changed[at] = value;
            var reading = ModelReport.Read(changed);
            return !reading.IsSound || reading.Document.ToBytes().AsSpan().SequenceEqual(changed);
        }, iter: 1000);
    }

    private static Bytes32 Hash(int number) => new(SHA256.HashData(BitConverter.GetBytes(number)));

    private static SpreadFinding Spread(double share) => new(new Distance(1.3e-6), new Distance(2e-6), new Distance(4e-7), new Distance(share));

    private static ModelReport Sound() => new()
    {
        Version = 1,
        Original = new BlobReference(new ContentDigest(Hash(3)), 1000),
        Model = new BlobReference(new ContentDigest(Hash(4)), 900),
        Root = new ModelRoot(Hash(5)),
        Runtime = "1.31.1",
        Optimization = "basic",
        Nodes = 12,
        Flagged = [new FlaggedNode(11, "größte", "ArgMax")],
        Samples = new SampleSet(16, new ContentDigest(Hash(6))) { Seed = 1 },
        Classes = [new ClassSpread(First, "ort=1.31.1;ep=cpu", Spread(0)), new ClassSpread(Second, "ort=1.30.0;ep=wasm", Spread(0.1))],
        Honest = Spread(0.1),
        Rounded = Spread(double.PositiveInfinity),
        RoundedCaught = 15,
        Tolerance = Tolerance.Default,
    };
}
