namespace Market.Apps;

/// <summary>What is wrong with a file.</summary>
/// <param name="File">The file's name; null if it is about all of them.</param>
/// <param name="Message">What was found and what was expected.</param>
public sealed record AppFinding(string? File, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => File is null ? Message : $"'{File}': {Message}";
}

/// <summary>An input that an app cannot work on, for people to read.</summary>
public sealed class AppException : Exception
{
    private const int MostFindings = 20;

    /// <param name="message">What was found and what was expected.</param>
    public AppException(string message)
        : this([new AppFinding(null, message)], null)
    {
    }

    /// <param name="file">The file's name.</param>
    /// <param name="message">What was found and what was expected.</param>
    /// <param name="inner">What it came from.</param>
    public AppException(string file, string message, Exception? inner = null)
        : this([new AppFinding(file, message)], inner)
    {
    }

    private AppException(IReadOnlyList<AppFinding> findings, Exception? inner)
        : base(string.Join('\n', findings.Take(MostFindings)) + (findings.Count > MostFindings ? "\n…" : ""), inner) => Findings = findings;

    /// <summary>Everything that is wrong, file by file.</summary>
    public IReadOnlyList<AppFinding> Findings { get; }

    internal static void ThrowIfAny(IReadOnlyList<AppFinding> findings)
    {
        if (findings.Count > 0)
        {
            throw new AppException(findings, null);
        }
    }
}
