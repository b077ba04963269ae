namespace Market.Content.Storage;

/// <summary>Tells a full disk or quota from other failures of a file.</summary>
internal static class DiskFull
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static bool Is(IOException exception) =>
        exception.HResult is NoSpace or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull;

    public static ContentException Exception(string folder, IOException exception) =>
        new(ContentReason.DiskFull, $"The disk of '{folder}' is full.", exception);
}
