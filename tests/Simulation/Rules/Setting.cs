using System.Globalization;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Simulation.Rules;

/// <summary>What a requester chose for a job, and the stakes that follow by the contract's rules. Money is in rewards of one seat.</summary>
internal sealed record Setting(string Name, int Tasks, int Replicas, int Quorum, double CheckPercent, double AuditPercent, double Cover)
{
    public static readonly Setting Cheap = new("cheap", 200, 1, 1, 3, 10, 1);

    public static readonly Setting Standard = new("standard", 200, 1, 1, 10, 10, 5);

    public static readonly Setting Quick = new("high value, quick", 200, 2, 2, 20, 20, 20);

    public static readonly Setting Serial = new("high value, serial", 200, 1, 1, 100, 10, 20);

    public static readonly Setting Few = new("ten tasks", 10, 1, 1, 10, 10, 5);

    public static readonly Setting Single = new("one task", 1, 1, 1, 25, 10, 5);

    public BasisPoints Check { get; } = Points(CheckPercent);

    public BasisPoints Audit { get; } = Points(AuditPercent);

    public bool IsChecked => CheckPercent > 0;

    /// <summary>T, what a provider must have at stake; 0 where nothing is checked, which no contract of ours takes.</summary>
    public double Backing => !IsChecked ? 0 : Stake.Backing.RatioTo(Reward);

    public double Lock => Stake.Lock.RatioTo(Reward);

    /// <summary>S_v, what verifier and jurors lock.</summary>
    public double VerifierStake => Stake.VerifierLock.RatioTo(Reward);

    /// <summary>What the verifier is paid: each task at the price that a provider gets for it.</summary>
    public double VerifierFee => CheckPercent / 100;

    public double ExtraWork => Replicas - 1 + CheckPercent / 100 * (1 + AuditPercent / 100);

    private static Units Reward { get; } = Units.FromTokens(1);

    private JobStake Stake => JobStake.Of(new JobSpec
    {
        Bundle = new ContentDigest(default(Bytes32)),
        Tasks = Tasks,
        Replicas = Replicas,
        Reward = Reward,
        VerifierFee = Tokens(VerifierFee),
        Cover = Tokens(Cover),
        Check = Check,
        Audit = Audit,
        BundleBytes = 1,
        OutputBytes = 1,
        Terms = 1,
    });

    public static Units Tokens(double amount) => new((ulong)Math.Round(amount * Units.PerToken));

    private static BasisPoints Points(double percent) => new((int)Math.Round(percent * 100));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name}: N = {Tasks}, k = {Replicas}, check {Check}, audit {Audit}, cover {Cover:0.##}, T = {Backing:0.#}");
}
