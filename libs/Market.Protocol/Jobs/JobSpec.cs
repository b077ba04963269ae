using FluentValidation;
using Market.Protocol.Canonical;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Protocol.Jobs;

/// <summary>What a requester posts, apart from its address and nonce: the hash of all that is the job's id.</summary>
public sealed record JobSpec
{
    /// <summary>The most replicas of a job.</summary>
    public const int MostReplicas = 7;

    /// <summary>The digest of the <see cref="Bundles.Bundle"/>.</summary>
    public required ContentDigest Bundle { get; init; }

    /// <summary>N, how many tasks there are.</summary>
    public required int Tasks { get; init; }

    /// <summary>k, how many providers execute the whole job.</summary>
    public required int Replicas { get; init; }

    /// <summary>What each accepted seat is paid.</summary>
    public required Units Reward { get; init; }

    /// <summary>What the verifier is paid.</summary>
    public required Units VerifierFee { get; init; }

    /// <summary>What a wrong result could be worth to a cheat; decides the stake behind a seat.</summary>
    public required Units Cover { get; init; }

    /// <summary>Share of tasks that the verifier re-executes; the deployment has a least share, never 0.</summary>
    public required BasisPoints Check { get; init; }

    /// <summary>Chance that the verdict is audited.</summary>
    public required BasisPoints Audit { get; init; }

    /// <summary>Bytes of everything that the bundle names, for a node to judge before it fetches.</summary>
    public required long BundleBytes { get; init; }

    /// <summary>The most bytes of all outputs of one replica.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>The number under which the <see cref="JobTerms"/> are registered.</summary>
    public required uint Terms { get; init; }

    /// <summary>What the requester must escrow: k·reward + fee.</summary>
    /// <exception cref="OverflowException">More money than there can be.</exception>
    public Units Escrow() => Reward * (ulong)Replicas + VerifierFee;

    /// <summary>Everything that is wrong with this spec; empty if it may be posted.</summary>
    public IReadOnlyList<Finding> FindProblems() =>
        [.. Rules.Instance.Validate(this).Errors.Select(error => new Finding(error.PropertyName, error.ErrorMessage))];

    private sealed class Rules : AbstractValidator<JobSpec>
    {
        public static readonly Rules Instance = new();

        private Rules()
        {
            RuleFor(s => s.Bundle).NotEqual(default(ContentDigest)).WithMessage("The bundle's digest is zero.");
            RuleFor(s => s.Tasks).InclusiveBetween(1, Bundles.Bundle.MostTasks)
                .WithMessage(s => $"{s.Tasks} tasks found, expected 1 to {Bundles.Bundle.MostTasks}.");
            RuleFor(s => s.Replicas).InclusiveBetween(1, MostReplicas)
                .WithMessage(s => $"{s.Replicas} replicas found, expected 1 to {MostReplicas}.");
            RuleFor(s => s.Reward).NotEqual(Units.Zero).WithMessage("The reward is zero.");
            RuleFor(s => s.Check).NotEqual(default(BasisPoints)).WithMessage("No task is re-executed, so nothing is checked.");
            RuleFor(s => s.BundleBytes).GreaterThan(0).WithMessage(s => $"{s.BundleBytes} bytes of bundle found, expected more than 0.");
            RuleFor(s => s.OutputBytes).GreaterThan(0).WithMessage(s => $"{s.OutputBytes} bytes of outputs found, expected more than 0.");
            RuleFor(s => s.Reward).Must((s, _) => IsPayable(s)).WithMessage("Escrow exceeds 2^64-1 units.");
        }

        private static bool IsPayable(JobSpec spec) =>
            (UInt128)spec.Reward.Value * (uint)Math.Clamp(spec.Replicas, 0, MostReplicas) + spec.VerifierFee.Value <= ulong.MaxValue;
    }
}
