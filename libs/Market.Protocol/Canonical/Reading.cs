using System.Diagnostics.CodeAnalysis;

namespace Market.Protocol.Canonical;

/// <summary>What came of reading a document: the document, or everything that is wrong with it.</summary>
/// <typeparam name="T">The document.</typeparam>
public sealed record Reading<T>(T? Document, IReadOnlyList<Finding> Findings)
    where T : class
{
    /// <summary>Whether the document is sound.</summary>
    [MemberNotNullWhen(true, nameof(Document))]
    public bool IsSound => Document is not null;

    /// <inheritdoc/>
    public override string ToString() => IsSound ? "sound" : string.Join("; ", Findings);

    internal static Reading<T> Refused(string path, string message) => new(null, [new Finding(path, message)]);
}
