using Market.Cli.Processes;
using Market.Chain.State;

namespace Market.Node.Devnets;

/// <summary>A provider or verifier of a devnet.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Role">What it does.</param>
/// <param name="Stake">Its stake.</param>
/// <param name="Owner">Who owns the stake.</param>
/// <param name="Node">Who acts for it.</param>
public sealed record DevnetNode(string Name, StakeRole Role, uint Stake, DevnetAccount Owner, DevnetAccount Node)
{
    /// <summary>The running program; null while it is not started.</summary>
    public ChildProcess? Process { get; init; }

    /// <summary>What its ready line said, as JSON.</summary>
    public string? Ready { get; init; }
}
