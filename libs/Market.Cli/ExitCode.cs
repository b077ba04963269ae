namespace Market.Cli;

/// <summary>How a command ended, for scripts.</summary>
public static class ExitCode
{
    /// <summary>All that was asked for happened.</summary>
    public const int Done = 0;

    /// <summary>It did not happen; standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a setting could not be understood; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C or a termination signal, with everything left whole.</summary>
    public const int Stopped = 130;
}
