namespace Market.Web;

/// <summary>How often a node answered of the newest times that this server asked all nodes: its uptime, as far as one server sees it.</summary>
/// <param name="Asked">How many of the newest times are known.</param>
/// <param name="Bits">A bit for each, the newest first, set if it answered.</param>
public readonly record struct Attendance(int Asked, UInt128 Bits)
{
    /// <summary>How many times are remembered.</summary>
    public const int Most = 128;

    /// <summary>How many of them it answered.</summary>
    public int Answered => (int)UInt128.PopCount(Bits);

    /// <summary>The same, asked once more.</summary>
    public Attendance With(bool answered) => new(Math.Min(Asked + 1, Most), (Bits << 1) | (answered ? UInt128.One : UInt128.Zero));
}
