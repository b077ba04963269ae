using Market.Protocol.Money;

namespace Market.Protocol.Jobs;

/// <summary>The stake that a job demands, as the contract computes it; every division rounds up.</summary>
/// <param name="Lock">What one seat locks until the job is final: max(2·reward, 2·(cover + reward)/k).</param>
/// <param name="Backing">The whole stake that a provider needs: max(10·reward, lock, 2.14·cover/(k·share re-executed)).</param>
/// <param name="VerifierLock">What the verifier locks: k·lock.</param>
public sealed record JobStake(Units Lock, Units Backing, Units VerifierLock)
{
    /// <summary>The stake that a spec demands; an amount that no account can hold is 2⁶⁴−1 units.</summary>
    public static JobStake Of(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Replicas, 1, nameof(spec));
        ArgumentOutOfRangeException.ThrowIfZero(spec.Check.Value, nameof(spec));
        UInt128 reward = spec.Reward.Value, cover = spec.Cover.Value, replicas = (uint)spec.Replicas;
        var seat = UInt128.Max(RoundedUp(2 * (cover + reward), replicas), 2 * reward);
        // Share of the tasks re-executed, audits included, in 10⁻⁸.
        var share = (UInt128)((ulong)spec.Check.Value * (ulong)(BasisPoints.Whole + spec.Audit.Value));
        var byCover = RoundedUp(214 * cover * BasisPoints.Whole * BasisPoints.Whole, 100 * replicas * share);
        var backing = UInt128.Max(byCover, UInt128.Max(10 * reward, Fit(seat).Value));
        return new JobStake(Fit(seat), Fit(backing), Fit(Fit(seat).Value * replicas));
    }

    private static UInt128 RoundedUp(UInt128 a, UInt128 b) => (a + b - 1) / b;

    private static Units Fit(UInt128 amount) => new(amount > ulong.MaxValue ? ulong.MaxValue : (ulong)amount);
}
