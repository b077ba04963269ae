using Market.Jobs.Packaging;
using Market.Onnx.Execution;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Jobs.Requests;

/// <summary>What a requester wants of a job besides model and inputs.</summary>
public sealed record JobOrder
{
    /// <summary>k.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>What each accepted seat is paid.</summary>
    public Units Reward { get; init; } = Units.FromTokens(1);

    /// <summary>What the verifier is paid.</summary>
    public Units VerifierFee { get; init; } = new(Units.PerToken / 2);

    /// <summary>What a wrong result could be worth to a cheat.</summary>
    public Units Cover { get; init; } = Units.FromTokens(2);

    /// <summary>Share of tasks that the verifier re-executes.</summary>
    public BasisPoints Check { get; init; } = new(1000);

    /// <summary>Chance that the verdict is audited.</summary>
    public BasisPoints Audit { get; init; } = new(1000);

    /// <summary>How far honest results may lie apart.</summary>
    public Tolerance Tolerance { get; init; } = Tolerance.Default;

    /// <summary>On what it must run.</summary>
    public RuntimeTerms Runtime { get; init; } = new(DeterminismClass.Of(SessionSettings.Default).RuntimeVersion, []);

    /// <summary>The number of the registered terms; null for the deployment's.</summary>
    public uint? Terms { get; init; }

    /// <summary>What a package costs with this order, as it will be posted.</summary>
    /// <param name="package">The job's data.</param>
    /// <param name="usualTerms">The number of the terms if the order names none.</param>
    public JobSpec ToSpec(JobPackage package, uint usualTerms)
    {
        ArgumentNullException.ThrowIfNull(package);
        return new JobSpec
        {
            Bundle = new ContentDigest(package.Id.DigestBytes()),
            Tasks = package.Bundle.Tasks,
            Replicas = Replicas,
            Reward = Reward,
            VerifierFee = VerifierFee,
            Cover = Cover,
            Check = Check,
            Audit = Audit,
            BundleBytes = package.TotalBytes,
            OutputBytes = checked(package.Bundle.Limits.OutputBytes * package.Bundle.Tasks),
            Terms = Terms ?? usualTerms,
        };
    }
}
