using Market.Chain.Contracts;
using Market.Ethereum;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Chain;

/// <summary>Between the words of the contract and those of the market's rules.</summary>
public static class ContractConversions
{
    /// <summary>The same 32 bytes as the chain's type.</summary>
    public static Hash256 ToHash<T>(this T id)
        where T : struct, IBytes32Id<T> => new(id.Value.ToArray());

    /// <summary>The same 32 bytes as an id.</summary>
    public static T ToId<T>(this Hash256 hash)
        where T : struct, IBytes32Id<T> => T.From(new Bytes32(hash.ToArray()));

    /// <summary>The spec in the words of the rules, without requester and nonce.</summary>
    public static Protocol.Jobs.JobSpec ToRules(this Contracts.JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new Protocol.Jobs.JobSpec
        {
            Bundle = spec.Bundle.ToId<ContentDigest>(),
            Tasks = (int)Math.Min(spec.Tasks, int.MaxValue),
            Replicas = spec.Replicas,
            Reward = new Units(spec.Reward),
            VerifierFee = new Units(spec.VerifierFee),
            Cover = new Units(spec.Cover),
            Check = new BasisPoints(spec.CheckBps),
            Audit = new BasisPoints(spec.AuditBps),
            BundleBytes = (long)Math.Min(spec.BundleBytes, long.MaxValue),
            OutputBytes = (long)Math.Min(spec.OutputBytes, long.MaxValue),
            Terms = spec.Terms,
        };
    }

    /// <summary>The spec as it is posted by a requester with so many jobs before.</summary>
    public static Contracts.JobSpec ToContract(this Protocol.Jobs.JobSpec spec, Address requester, ulong nonce)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new Contracts.JobSpec(
            requester, nonce, spec.Bundle.ToHash(), (uint)spec.Tasks, (byte)spec.Replicas, spec.Reward.Value, spec.VerifierFee.Value,
            spec.Cover.Value, (ushort)spec.Check.Value, (ushort)spec.Audit.Value, spec.Terms, (ulong)spec.BundleBytes, (ulong)spec.OutputBytes);
    }

    /// <summary>Windows and quorum in the words of the rules.</summary>
    public static JobTerms ToRules(this Terms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return new JobTerms(
            TimeSpan.FromSeconds(terms.ClaimWindow), TimeSpan.FromSeconds(terms.RunWindow), TimeSpan.FromSeconds(terms.RevealWindow),
            TimeSpan.FromSeconds(terms.VerdictWindow), TimeSpan.FromSeconds(terms.LeafWindow), TimeSpan.FromSeconds(terms.ChallengeWindow),
            TimeSpan.FromSeconds(terms.DisputeWindow), terms.Quorum);
    }
}
