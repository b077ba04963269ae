using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Verdicts;

namespace Market.Protocol.Tests.Verdicts;

public sealed class EvidenceTests
{
    private static Bytes32 Hash(int number) => new(SHA256.HashData(BitConverter.GetBytes(number)));

    private static ReplicaFinding Replica(int seat, VerdictReason reason, double distance) => new()
    {
        Seat = seat,
        Provider = new StakeId((uint)seat + 5),
        DeterminismClass = new DeterminismClassId(Hash(9)),
        Root = new ResultRoot(Hash(10 + seat)),
        Outcome = reason.OutcomeOf(),
        Reason = reason,
        Detail = "0.07 of the tolerance, \"größte\" Abweichung",
        TasksCompared = 24,
        RelativeL2 = new Distance(distance),
        ScaledMaximum = new Distance(double.PositiveInfinity),
        ShareOfTolerance = new Distance(0.5),
        WorstTask = seat == 0 ? null : 3,
        Task = reason.OutcomeOf() == Outcome.Accept ? null : 3,
    };

    private static Evidence Sound(int samples = 2) => new()
    {
        Version = 1,
        Chain = 31337,
        Contract = "0x5fbdb2315678afecb367f032d93f642f64180aa3",
        Job = new JobId(Hash(1)),
        Bundle = new ContentDigest(Hash(2)),
        Verifier = new StakeId(4),
        DeterminismClass = new DeterminismClassId(Hash(9)),
        Seed = new Seed(Hash(3)),
        Tolerance = Tolerance.Default,
        Reference = 0,
        Replicas = [Replica(0, VerdictReason.Equal, 0), Replica(2, VerdictReason.DiffersFromExecution, 2.5e-4)],
        Samples = [.. Enumerable.Range(0, samples).Select(i => new SampleFinding
        {
            Task = i * 2,
            Output = new OutputDigest(Hash(4)),
            Witness = new Witness([.. Enumerable.Range(0, 27).Select(n => n + 0.5f)]),
            Replicas = [new SampleDistance(0, new OutputDigest(Hash(6)), new Distance(1.3e-6), new Distance(0))],
        })],
    };

    [Theory]
    [InlineData("\"outcome\":\"reject\"", "\"outcome\":\"accept\"")]
    [InlineData("\"outcome\":\"reject\"", "\"outcome\":3")]
    [InlineData("\"reason\":\"differsFromExecution\"", "\"reason\":\"because\"")]
    [InlineData("\"reference\":0", "\"reference\":1")]
    [InlineData("\"seat\":2", "\"seat\":7")]
    [InlineData("\"task\":2", "\"task\":0")]
    [InlineData("\"task\":3,", "")]
    [InlineData("\"task\":3", "\"task\":-1")]
    [InlineData("\"task\":3", "\"task\":65536")]
    [InlineData("\"shareOfTolerance\":\"0.5\",", "\"shareOfTolerance\":\"1.5\",")]
    [InlineData("\"absoluteFloor\":1000", "\"absoluteFloor\":-1")]
    [InlineData("\"absoluteFloor\":1000,", "")]
    [InlineData("\"verifier\":4", "\"verifier\":0")]
    [InlineData("\"verifier\":4", "\"verifier\":-4")]
    [InlineData("\"chain\":31337", "\"chain\":0")]
    [InlineData("0x5fbdb", "0x5FBDB")]
    [InlineData("\"1.3E-06\"", "\"-1\"")]
    [InlineData("\"1.3E-06\"", "\"NaN\"")]
    [InlineData("\"1.3E-06\"", "\"1.30E-06\"")]
    [InlineData("\"1.3E-06\"", "1.3")]
    [InlineData("AAAAPwAAwD8", "AAAAPwAA")]
    [InlineData("AAAAPwAAwD8", "AAAAPwAA!D8")]
    [InlineData("\"witness\":\"AAAAPwAAwD8", "\"witness\":\"\",\"x\":\"")]
    [InlineData("größte", "\\u0007")]
    public void Refuses_evidence_that_contradicts_itself(string sound, string unsound)
    {
        var text = Encoding.UTF8.GetString(Sound().ToBytes());
        Assert.Contains(sound, text, StringComparison.Ordinal);
        Assert.False(Evidence.Read(Encoding.UTF8.GetBytes(text.Replace(sound, unsound, StringComparison.Ordinal))).IsSound);
    }

    [Fact]
    public void Changed_bytes_are_refused_or_another_document()
    {
        var bytes = Sound().ToBytes();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var changed = bytes.ToArray();
            changed[at] = value;
            var reading = Evidence.Read(changed);
            return !reading.IsSound || reading.Document.ToBytes().AsSpan().SequenceEqual(changed);
        }, iter: 2000);
    }

    [Fact]
    public void Reads_back_what_it_writes()
    {
        var reading = Evidence.Read(Sound(100).ToBytes());
        Assert.True(reading.IsSound, reading.ToString());
        Assert.Equal(Sound(100).Digest(), reading.Document.Digest());
        Assert.Equal(2.5e-4, reading.Document.Replicas[1].RelativeL2.Value);
        Assert.Equal(double.PositiveInfinity, reading.Document.Replicas[1].ScaledMaximum.Value);
    }

    [Fact]
    public void A_full_check_of_the_largest_job_fits()
    {
        var samples = Sound(1).Samples[0];
        var evidence = Sound() with { Samples = [.. Enumerable.Range(0, Bundle.MostTasks).Select(i => samples with { Task = i })] };
        Assert.InRange(evidence.ToBytes().Length, 1, Evidence.LargestBytes);
    }

    [Fact]
    public void Distances_read_back_bit_by_bit() => Gen.Double[0, double.MaxValue].Sample(value =>
        System.Text.Json.JsonSerializer.Deserialize<Distance>(System.Text.Json.JsonSerializer.Serialize(new Distance(value))).Value == value);
}
