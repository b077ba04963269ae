using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Market.Protocol.Canonical;
using Market.Protocol.Ids;

namespace Market.Protocol.Bundles;

/// <summary>The manifest of a job: everything that decides its result, each part named by its content.</summary>
/// <remarks>
/// Its bytes are <see cref="CanonicalJson"/>, at most <see cref="LargestBytes"/>; their SHA-256 stands in the <see cref="BundleHead"/>, whose own a job's spec names.
/// Up to <see cref="MostListedTasks"/> tasks are listed in <see cref="Inputs"/>; more are in the blob <see cref="TaskList"/>,
/// so that a bundle stays small for any number of tasks and has one encoding only.
/// </remarks>
public sealed record Bundle
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most bytes of a bundle: it always fits into one chunk of content.</summary>
    public const int LargestBytes = 128 * 1024;

    /// <summary>The most tasks of a job.</summary>
    public const int MostTasks = 65_536;

    /// <summary>The most tasks whose inputs the bundle itself lists.</summary>
    public const int MostListedTasks = 256;

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>The ONNX model.</summary>
    public required BlobReference Model { get; init; }

    /// <summary>How many tasks there are.</summary>
    public required int Tasks { get; init; }

    /// <summary>The inputs of every task in order, if there are at most <see cref="MostListedTasks"/>.</summary>
    public IReadOnlyList<BlobReference>? Inputs { get; init; }

    /// <summary>The blob with the inputs of every task (<see cref="TaskInputs"/>), if there are more.</summary>
    public BlobReference? TaskList { get; init; }

    /// <summary>The names of the model's outputs that make the result, in the model's order.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>How far honest results may lie apart.</summary>
    public required Tolerance Tolerance { get; init; }

    /// <summary>What one task may use.</summary>
    public required ResourceLimits Limits { get; init; }

    /// <summary>On what the job must run.</summary>
    public required RuntimeTerms Runtime { get; init; }

    /// <summary>Whether the inputs are in a blob of their own.</summary>
    [JsonIgnore]
    public bool HasTaskList => TaskList is not null;

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(this);

    /// <summary>The digest that the bundle's head names.</summary>
    public ContentDigest Digest() => new(SHA256.HashData(ToBytes()));

    /// <summary>Everything that is wrong with this bundle; empty if it may be posted.</summary>
    public IReadOnlyList<Finding> FindProblems() =>
        [.. BundleRules.Instance.Validate(this).Errors.Select(error => new Finding(error.PropertyName, error.ErrorMessage))];

    /// <summary>Reads a bundle that somebody else wrote.</summary>
    public static Reading<Bundle> Read(ReadOnlySpan<byte> bytes) => CanonicalJson.Decode(bytes, LargestBytes, BundleRules.Instance);

    /// <inheritdoc/>
    public bool Equals(Bundle? other) => other is not null && ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Model, Tasks, Tolerance, Limits);
}
