namespace Market.Web.Uploads;

/// <summary>What uploads may cost this server.</summary>
public sealed record UploadLimits
{
    /// <summary>The most bytes of one request: files come in parts.</summary>
    public const int PartBytes = 4 << 20;

    /// <summary>The longest name of a file that is kept; names are shown, and never part of a path.</summary>
    public const int LongestName = 120;

    /// <summary>The most files of a session.</summary>
    public int Files { get; init; } = 1000;

    /// <summary>The most bytes of a file.</summary>
    public long FileBytes { get; init; } = 1L << 30;

    /// <summary>The most bytes of a session's files together.</summary>
    public long SessionBytes { get; init; } = 2L << 30;

    /// <summary>The most bytes that one address has here.</summary>
    public long AddressBytes { get; init; } = 4L << 30;

    /// <summary>The most bytes of all sessions.</summary>
    public long TotalBytes { get; init; } = 20L << 30;

    /// <summary>The most sessions; when there are more, of whoever has most of them the one that was not used for longest ends.</summary>
    public int Sessions { get; init; } = 1000;

    /// <summary>How long a session is kept after its last use.</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromHours(2);
}
