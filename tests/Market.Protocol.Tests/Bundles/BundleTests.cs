using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;

namespace Market.Protocol.Tests.Bundles;

public sealed class BundleTests
{
    private static BlobReference Blob(int number, long bytes = 1000) =>
        new(new ContentDigest(SHA256.HashData(BitConverter.GetBytes(number))), bytes);

    internal static Bundle Sound(int tasks = 3) => new()
    {
        Version = 1,
        Model = Blob(-1, 10_000_000),
        Tasks = tasks,
        Inputs = tasks <= Bundle.MostListedTasks ? [.. Enumerable.Range(0, tasks).Select(i => Blob(i))] : null,
        TaskList = tasks <= Bundle.MostListedTasks ? null : Blob(-2, TaskInputs.Size(tasks)),
        Outputs = ["softmax_2.tmp_0"],
        Tolerance = Tolerance.Default,
        Limits = new ResourceLimits(2L << 30, 60_000, 1 << 20),
        Runtime = new RuntimeTerms("1.31.1", []),
    };

    public static TheoryData<string, string> Unsound => new()
    {
        { "\"version\":1", "\"version\":2" },
        { "\"tasks\":3", "\"tasks\":4" },
        { "\"tasks\":3", "\"tasks\":0" },
        { "\"tasks\":3", "\"tasks\":65537" },
        { "\"tasks\":3", "\"tasks\":3.0" },
        { "\"tasks\":3", "\"tasks\":\"3\"" },
        { "\"tasks\":3", "\"extra\":1,\"tasks\":3" },
        { "\"tasks\":3", "\"tasks\":3,\"tasks\":3" },
        { "\"tasks\":3", "\"tasks\": 3" },
        { "\"outputs\":[\"softmax_2.tmp_0\"]", "\"outputs\":[]" },
        { "\"outputs\":[\"softmax_2.tmp_0\"]", "\"outputs\":null" },
        { "\"outputs\":[\"softmax_2.tmp_0\"]", "\"outputs\":[null]" },
        { "\"outputs\":[\"softmax_2.tmp_0\"]", "\"outputs\":[\"a\",\"a\"]" },
        { "\"outputs\":[\"softmax_2.tmp_0\"]", "\"outputs\":[\"a\\u0000\"]" },
        { "softmax_2.tmp_0", "\\ud800" },
        { "softmax_2.tmp_0", "\\u0061" },
        { "\"relativeL2\":100000", "\"relativeL2\":99999" },
        { "\"relativeL2\":100000", "\"relativeL2\":1000000000" },
        { "\"relativeL2\":100000", "\"relativeL2\":-1" },
        { "1.31.1", "latest" },
        { "\"memoryBytes\":2147483648", "\"memoryBytes\":1" },
        { "\"memoryBytes\":2147483648", "\"memoryBytes\":99999999999999999999" },
        { "\"taskMilliseconds\":60000", "\"taskMilliseconds\":0" },
        { "\"bytes\":10000000", "\"bytes\":3000000000" },
        { "\"classes\":[]", "\"classes\":[\"0x01\"]" },
        { "\"inputs\":[{", "\"inputs\":[null,{" },
        { "\"model\":{", "\"model\":null,\"model2\":{" },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Refuses_bytes_that_are_no_sound_bundle(string sound, string unsound)
    {
        var text = Encoding.UTF8.GetString(Sound().ToBytes());
        Assert.Contains(sound, text, StringComparison.Ordinal);
        var reading = Bundle.Read(Encoding.UTF8.GetBytes(text.Replace(sound, unsound, StringComparison.Ordinal)));
        Assert.False(reading.IsSound);
        Assert.NotEmpty(reading.Findings);
    }

    [Fact]
    public void Tells_all_findings_at_once()
    {
        var bundle = Sound() with { Version = 9, Outputs = [], Limits = new ResourceLimits(0, 0, 0), Runtime = new RuntimeTerms("x", []) };
        Assert.Equal(6, bundle.FindProblems().Count);
    }

    [Fact]
    public void Refuses_more_bytes_than_a_bundle_may_have()
    {
        var reading = Bundle.Read(new byte[Bundle.LargestBytes + 1]);
        Assert.Contains("at most 131072", reading.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_deep_nesting() =>
        Assert.False(Bundle.Read(Encoding.UTF8.GetBytes(new string('[', 60_000))).IsSound);

    [Fact]
    public void Refuses_classes_out_of_order()
    {
        var (low, high) = (new DeterminismClassId(new Bytes32(new byte[31].Append((byte)1).ToArray())),
            new DeterminismClassId(new Bytes32(new byte[31].Append((byte)2).ToArray())));
        Assert.Empty((Sound() with { Runtime = new RuntimeTerms("1.31.1", [low, high]) }).FindProblems());
        Assert.Single((Sound() with { Runtime = new RuntimeTerms("1.31.1", [high, low]) }).FindProblems());
        Assert.Single((Sound() with { Runtime = new RuntimeTerms("1.31.1", [low, low]) }).FindProblems());
    }

    [Fact]
    public void Allows_a_small_tolerance_for_a_single_class_only()
    {
        var exact = Sound() with { Tolerance = Tolerance.Exact };
        Assert.Single(exact.FindProblems());
        Assert.Single((Sound() with { Tolerance = Tolerance.Default with { AbsoluteFloor = 999 } }).FindProblems());
        var single = new RuntimeTerms("1.31.1", [new DeterminismClassId(SHA256.HashData("class"u8))]);
        Assert.Empty((exact with { Runtime = single }).FindProblems());
    }

    [Fact]
    public void Random_bytes_are_findings_never_exceptions() =>
        Gen.Byte.Array[0, 200].Sample(bytes => !Bundle.Read(bytes).IsSound);

    [Fact]
    public void Changed_bytes_are_refused_or_another_bundle()
    {
        var bytes = Sound().ToBytes();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var changed = bytes.ToArray();
            changed[at] = value;
            var reading = Bundle.Read(changed);
            return !reading.IsSound || reading.Document.ToBytes().AsSpan().SequenceEqual(changed);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_536)]
    public void Reads_back_what_it_writes_and_stays_small(int tasks)
    {
        var bytes = Sound(tasks).ToBytes();
        var reading = Bundle.Read(bytes);
        Assert.True(reading.IsSound, reading.ToString());
        Assert.Equal(Sound(tasks), reading.Document);
        Assert.InRange(bytes.Length, 1, 32 * 1024);
    }

    [Fact]
    public void Has_the_published_bytes_and_digest()
    {
        const string text = """
            {"inputs":[{"bytes":1000,"digest":"0xdf3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"}],"limits":{"memoryBytes":2147483648,"outputBytes":1048576,"taskMilliseconds":60000},"model":{"bytes":10000000,"digest":"0xad95131bc0b799c0b1af477fb14fcf26a6a9f76079e48bf090acb7e8367bfd0e"},"outputs":["softmax_2.tmp_0"],"runtime":{"classes":[],"version":"1.31.1"},"tasks":1,"tolerance":{"absoluteFloor":1000,"relativeL2":100000,"scaledMaximum":500000},"version":1}
            """;
        Assert.Equal(text, Encoding.UTF8.GetString(Sound(1).ToBytes()));
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(text)), Sound(1).Digest().Value.ToArray());
    }

    [Fact]
    public void Task_lists_read_back()
    {
        ImmutableArray<BlobReference> inputs = [.. Enumerable.Range(0, 300).Select(i => Blob(i, i + 1))];
        var bytes = TaskInputs.Write(inputs);
        Assert.Equal(inputs, TaskInputs.Read(bytes, 300));
        Assert.Throws<FormatException>(() => TaskInputs.Read(bytes, 299));
        Assert.Throws<FormatException>(() => TaskInputs.Read(bytes.AsSpan(1), 300));
        bytes.AsSpan(32, 8).Fill(0xff);
        Assert.Throws<FormatException>(() => TaskInputs.Read(bytes, 300));
    }
}
