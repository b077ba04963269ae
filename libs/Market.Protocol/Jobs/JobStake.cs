using Market.Protocol.Money;

namespace Market.Protocol.Jobs;

/// <summary>The stake that a job demands, as the contract computes it; every division rounds up.</summary>
/// <param name="Lock">What one seat locks until the job is final: max(2·reward, 2·(cover + reward)/k).</param>
/// <param name="Backing">
/// The whole stake that a provider needs: max(10·reward, lock, 2.14·(cover + reward/N)/(k·y₁), 2.14·(cover + reward)/(k·y_N)), with
/// y = h·(1 + audit·(1 − 2h/3)) the chance that false work is seen, at h₁ = check for one task and h_N = min(1, N·check) for all.
/// </param>
/// <param name="VerifierLock">What the verifier and every juror lock: max(k·lock, 0.2·k·backing, (k·backing + cover)/6).</param>
public sealed record JobStake(Units Lock, Units Backing, Units VerifierLock)
{
    /// <summary>2.14, times the denominator of <see cref="Seen"/>.</summary>
    private static readonly UInt128 Factor = 6_420_000_000_000;

    /// <summary>The stake that a spec demands; an amount that no account can hold is 2⁶⁴−1 units.</summary>
    public static JobStake Of(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Replicas, 1, nameof(spec));
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Tasks, 1, nameof(spec));
        ArgumentOutOfRangeException.ThrowIfZero(spec.Check.Value, nameof(spec));
        UInt128 reward = spec.Reward.Value, cover = spec.Cover.Value, replicas = (uint)spec.Replicas;
        var seat = UInt128.Max(RoundedUp(2 * (cover + reward), replicas), 2 * reward);
        UInt128 tasks = (uint)spec.Tasks, check = (uint)spec.Check.Value, audit = (uint)spec.Audit.Value;
        var byOne = RoundedUp(Factor * (cover * tasks + reward), replicas * tasks * Seen(check, audit));
        var byAll = RoundedUp(Factor * (cover + reward), replicas * Seen(UInt128.Min(check * tasks, BasisPoints.Whole), audit));
        UInt128 seatLock = Fit(seat).Value;
        UInt128 backing = Fit(UInt128.Max(UInt128.Max(byOne, byAll), UInt128.Max(10 * reward, seatLock))).Value;
        var behind = replicas * backing;
        var verifier = UInt128.Max(replicas * seatLock, UInt128.Max(RoundedUp(behind, 5), RoundedUp(behind + cover, 6)));
        return new JobStake(Fit(seat), Fit(backing), Fit(verifier));
    }

    /// <summary>y, in 3·10⁻¹²: how likely false work is seen that one sample shows with chance h.</summary>
    private static UInt128 Seen(UInt128 h, UInt128 audit) =>
        h * (3 * (UInt128)BasisPoints.Whole * BasisPoints.Whole + audit * (3 * (UInt128)BasisPoints.Whole - 2 * h));

    private static UInt128 RoundedUp(UInt128 a, UInt128 b) => (a + b - 1) / b;

    private static Units Fit(UInt128 amount) => new(amount > ulong.MaxValue ? ulong.MaxValue : (ulong)amount);
}
