using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Market.Protocol.Bundles;
using Market.Protocol.Canonical;
using Market.Protocol.Ids;

namespace Market.Protocol.Models;

/// <summary>What the registration of a model found: what everybody is to run, and how far honest machines may lie apart on it.</summary>
/// <remarks>Its bytes are <see cref="CanonicalJson"/>; their SHA-256 names it. docs/models.md tells it for people.</remarks>
public sealed record ModelReport
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most bytes of a report.</summary>
    public const int LargestBytes = 4 << 20;

    /// <summary>The most nodes that a report names.</summary>
    public const int MostFlagged = 10_000;

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>The file that was registered.</summary>
    public required BlobReference Original { get; init; }

    /// <summary>The file that jobs are to run, without further optimization: the original as the runtime rewrote it once.</summary>
    public required BlobReference Model { get; init; }

    /// <summary>The root of <see cref="Model"/>.</summary>
    public required ModelRoot Root { get; init; }

    /// <summary>The version of the runtime that rewrote it and runs it.</summary>
    public required string Runtime { get; init; }

    /// <summary>How far it was rewritten: <c>none</c>, <c>basic</c> or <c>extended</c>.</summary>
    public required string Optimization { get; init; }

    /// <summary>How many nodes <see cref="Model"/> has.</summary>
    public required int Nodes { get; init; }

    /// <summary>Nodes with ties or discontinuities, in order; at most <see cref="MostFlagged"/>.</summary>
    public required IReadOnlyList<FlaggedNode> Flagged { get; init; }

    /// <summary>On what was measured.</summary>
    public required SampleSet Samples { get; init; }

    /// <summary>Every class that was at hand; the first is the one that others' spread is told from.</summary>
    public required IReadOnlyList<ClassSpread> Classes { get; init; }

    /// <summary>The farthest that any two of the classes lie apart on any sample.</summary>
    public required SpreadFinding Honest { get; init; }

    /// <summary>How near a copy with weights of 16 bits comes to the model in the first class, on the sample where it comes nearest.</summary>
    public required SpreadFinding Rounded { get; init; }

    /// <summary>On how many samples that copy lies beyond the tolerance.</summary>
    public required int RoundedCaught { get; init; }

    /// <summary>The tolerance that jobs are to have.</summary>
    public required Tolerance Tolerance { get; init; }

    /// <summary>The only class that may take part, where honest classes lie too far apart; absent: all may.</summary>
    public DeterminismClassId? OnlyClass { get; init; }

    /// <summary>Why one class only.</summary>
    public string? OnlyClassBecause { get; init; }

    /// <summary>On what jobs of this model must run.</summary>
    [JsonIgnore]
    public RuntimeTerms Terms => new(Runtime, OnlyClass is { } only ? [only] : []);

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(this);

    /// <summary>The digest that names it.</summary>
    public ContentDigest Digest() => new(SHA256.HashData(ToBytes()));

    /// <summary>Reads a report that somebody else wrote.</summary>
    public static Reading<ModelReport> Read(ReadOnlySpan<byte> bytes) => CanonicalJson.Decode(bytes, LargestBytes, ModelReportRules.Instance);
}
