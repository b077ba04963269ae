namespace Market.Web.Uploads;

/// <summary>An upload is not taken; the message says why, for people.</summary>
public sealed class UploadRefusedException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status that fits.</summary>
    public int Status => status;
}
