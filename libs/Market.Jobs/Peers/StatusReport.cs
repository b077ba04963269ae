using Market.Protocol.Jobs;
using Market.Protocol.Money;
using Market.Protocol.Providers;

namespace Market.Jobs.Peers;

/// <summary>Looks at how a node stands whenever somebody asks it.</summary>
/// <param name="peer">The node.</param>
public sealed class StatusReport(PeerNode peer)
{
    /// <summary>The version of this software, which all programs of one build share.</summary>
    public static string Software { get; } = typeof(StatusReport).Assembly.GetName().Version!.ToString(3);

    /// <summary>Tells what it wants for a seat at least; null to keep that to itself.</summary>
    public Func<Units>? LeastReward { get; init; }

    /// <summary>Where the machine is; null to keep that to itself.</summary>
    public string? Region { get; init; }

    /// <summary>Counts the newest jobs that were not taken, by reason; null to keep that to itself.</summary>
    public Func<IReadOnlyDictionary<RefusalReason, int>>? Refusals { get; init; }

    /// <summary>The node's status now.</summary>
    public NodeStatus Look() => new()
    {
        Version = NodeStatus.CurrentVersion,
        Software = Software,
        LeastReward = LeastReward?.Invoke(),
        Region = Region,
        Refusals = Refusals?.Invoke(),
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
