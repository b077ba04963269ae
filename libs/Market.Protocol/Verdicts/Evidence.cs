using System.Security.Cryptography;
using Market.Protocol.Bundles;
using Market.Protocol.Canonical;
using Market.Protocol.Ids;

namespace Market.Protocol.Verdicts;

/// <summary>What a verifier saw and concluded: a document that people can read and anybody can check again.</summary>
/// <remarks>Its bytes are <see cref="CanonicalJson"/>; their SHA-256 is in the verdict on chain, which the verifier's node key signed.</remarks>
public sealed record Evidence
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most bytes of evidence: 65,536 samples of one replica fit, or 20,000 of seven.</summary>
    public const int LargestBytes = 32 << 20;

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>The chain's id.</summary>
    public required long Chain { get; init; }

    /// <summary>The market contract's address: <c>0x</c> and 40 hexadecimal digits in lower case.</summary>
    public required string Contract { get; init; }

    /// <summary>The job.</summary>
    public required JobId Job { get; init; }

    /// <summary>The bundle that says what was to be done.</summary>
    public required ContentDigest Bundle { get; init; }

    /// <summary>Who judges.</summary>
    public required StakeId Verifier { get; init; }

    /// <summary>The determinism class in which the verifier executed.</summary>
    public required DeterminismClassId DeterminismClass { get; init; }

    /// <summary>The seed by which the samples were drawn.</summary>
    public required Seed Seed { get; init; }

    /// <summary>The tolerance that was applied.</summary>
    public required Tolerance Tolerance { get; init; }

    /// <summary>The seat that the others are compared with; none if there is no reference.</summary>
    public int? Reference { get; init; }

    /// <summary>Every replica, by ascending seat.</summary>
    public required IReadOnlyList<ReplicaFinding> Replicas { get; init; }

    /// <summary>Every task that the verifier executed, ascending.</summary>
    public required IReadOnlyList<SampleFinding> Samples { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(this);

    /// <summary>The digest that the verdict names.</summary>
    public ContentDigest Digest() => new(SHA256.HashData(ToBytes()));

    /// <summary>Reads evidence that somebody else wrote.</summary>
    public static Reading<Evidence> Read(ReadOnlySpan<byte> bytes) => CanonicalJson.Decode(bytes, LargestBytes, EvidenceRules.Instance);
}
