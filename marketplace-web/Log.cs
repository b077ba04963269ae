namespace Market.Web;

/// <summary>What the web application writes to its log.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The chain is not followed: {Trouble}")]
    public static partial void Trouble(ILogger logger, string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs of the model {Name} are shown without its name: {Reason}")]
    public static partial void Nameless(ILogger logger, string name, string reason);
}
