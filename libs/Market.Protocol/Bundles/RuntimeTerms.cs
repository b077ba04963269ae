using System.Collections.Immutable;
using Market.Protocol.Ids;

namespace Market.Protocol.Bundles;

/// <summary>On what a job must run.</summary>
/// <param name="Version">The exact ONNX Runtime version, for example <c>1.31.1</c>.</param>
/// <param name="Classes">The determinism classes that may take part, ascending; empty: all.</param>
public sealed record RuntimeTerms(string Version, ImmutableArray<DeterminismClassId> Classes)
{
    internal const string VersionPattern = @"\A[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}\z";

    /// <summary>Whether a machine of this class and version may run the job.</summary>
    public bool Allows(string version, DeterminismClassId determinismClass) => version == Version && Allows(determinismClass);

    /// <summary>Whether a machine of this class may take part.</summary>
    public bool Allows(DeterminismClassId determinismClass) => Classes.IsEmpty || Classes.Contains(determinismClass);

    /// <inheritdoc/>
    public bool Equals(RuntimeTerms? other) =>
        other is not null && Version == other.Version && Classes.AsSpan().SequenceEqual(other.Classes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, Classes.IsDefault ? 0 : Classes.Length);
}
