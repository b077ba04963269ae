using Market.Protocol.Money;
using Market.Protocol.Providers;

namespace Market.Jobs.Peers;

/// <summary>Looks at how a node stands whenever somebody asks it.</summary>
/// <param name="peer">The node.</param>
/// <param name="leastReward">What it wants for a seat at least; null to keep that to itself.</param>
public sealed class StatusReport(PeerNode peer, Units? leastReward)
{
    /// <summary>The version of this software, which all programs of one build share.</summary>
    public static string Software { get; } = typeof(StatusReport).Assembly.GetName().Version!.ToString(3);

    /// <summary>The node's status now.</summary>
    public NodeStatus Look() => new()
    {
        Version = NodeStatus.CurrentVersion,
        Software = Software,
        LeastReward = leastReward,
        FreeBytes = Free(),
        StoreBytes = Math.Max(0, peer.Store.CapacityBytes - peer.Store.UsedBytes),
    };

    private long? Free()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(peer.DataFolder)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
