using System.Text.RegularExpressions;
using FluentValidation;
using Market.Protocol.Canonical;
using Market.Protocol.Jobs;
using Market.Protocol.Money;

namespace Market.Protocol.Providers;

/// <summary>How a node stands now, as it answers whoever asks. Nothing of it is on chain, nothing is proven: that the node says so, the connection's handshake proves.</summary>
public sealed partial record NodeStatus
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most bytes of a status.</summary>
    public const int LargestBytes = 1024;

    /// <summary>Of how many jobs that were not taken the reasons are counted at most.</summary>
    public const int MostRefusals = 1000;

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>The version of the node's software, such as <c>0.1.0</c>.</summary>
    public required string Software { get; init; }

    /// <summary>What a provider wants for a seat at least; null if it does not say, and of verifiers.</summary>
    public Units? LeastReward { get; init; }

    /// <summary>Where the machine is, as its operator says: a code of ISO 3166-1 or 3166-2, such as <c>DE</c> or <c>US-CA</c>; null if it does not say.</summary>
    public string? Region { get; init; }

    /// <summary>Of the newest jobs that a provider did not take, how many for each reason; null if it does not say, and of verifiers.</summary>
    public IReadOnlyDictionary<RefusalReason, int>? Refusals { get; init; }

    /// <summary>Bytes that are free on the disk of its data folder; null if the disk does not tell.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Bytes by which its store may still grow.</summary>
    public required long StoreBytes { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(this);

    /// <summary>Reads a status that somebody else wrote.</summary>
    public static Reading<NodeStatus> Read(ReadOnlySpan<byte> bytes) => CanonicalJson.Decode(bytes, LargestBytes, Rules.Instance);

    /// <summary>Whether a text looks like a code of ISO 3166-1 alpha-2 or 3166-2.</summary>
    public static bool IsRegion(string text) => RegionCode().IsMatch(text);

    [GeneratedRegex("^[A-Z]{2}(-[A-Z0-9]{1,3})?\\z")]
    private static partial Regex RegionCode();

    private sealed class Rules : AbstractValidator<NodeStatus>
    {
        public static readonly Rules Instance = new();

        private Rules()
        {
            RuleFor(s => s.Version).Equal(CurrentVersion).WithMessage(s => $"Version {s.Version} found, expected {CurrentVersion}.");
            RuleFor(s => s.Software).Must(v => System.Version.TryParse(v, out _) && v.Length <= 32).WithMessage("Expected a version of at most 32 characters, such as 0.1.0.");
            RuleFor(s => s.Region).Must(r => r is null || IsRegion(r)).WithMessage("Expected a region such as DE or US-CA.");
            RuleFor(s => s.Refusals).Must(r => r is null || r.Values.All(count => count is > 0 and <= MostRefusals)).WithMessage($"Expected 1 to {MostRefusals} jobs for each reason.");
            RuleFor(s => s.FreeBytes).InclusiveBetween(0, 1L << 52).WithMessage("Expected 0 to 2^52 free bytes.");
            RuleFor(s => s.StoreBytes).InclusiveBetween(0, 1L << 52).WithMessage("Expected 0 to 2^52 bytes of store.");
        }
    }
}
