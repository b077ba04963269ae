using FluentValidation;
using Market.Protocol.Canonical;
using Market.Protocol.Money;

namespace Market.Protocol.Providers;

/// <summary>How a node stands now, as it answers whoever asks. Nothing of it is on chain, nothing is proven: that the node says so, the connection's handshake proves.</summary>
public sealed record NodeStatus
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most bytes of a status.</summary>
    public const int LargestBytes = 1024;

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>The version of the node's software, such as <c>0.1.0</c>.</summary>
    public required string Software { get; init; }

    /// <summary>What a provider wants for a seat at least; null if it does not say, and of verifiers.</summary>
    public Units? LeastReward { get; init; }

    /// <summary>Bytes that are free on the disk of its data folder; null if the disk does not tell.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Bytes by which its store may still grow.</summary>
    public required long StoreBytes { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(this);

    /// <summary>Reads a status that somebody else wrote.</summary>
    public static Reading<NodeStatus> Read(ReadOnlySpan<byte> bytes) => CanonicalJson.Decode(bytes, LargestBytes, Rules.Instance);

    private sealed class Rules : AbstractValidator<NodeStatus>
    {
        public static readonly Rules Instance = new();

        private Rules()
        {
            RuleFor(s => s.Version).Equal(CurrentVersion).WithMessage(s => $"Version {s.Version} found, expected {CurrentVersion}.");
            RuleFor(s => s.Software).Must(v => System.Version.TryParse(v, out _) && v.Length <= 32).WithMessage("Expected a version of at most 32 characters, such as 0.1.0.");
            RuleFor(s => s.FreeBytes).InclusiveBetween(0, 1L << 52).WithMessage("Expected 0 to 2^52 free bytes.");
            RuleFor(s => s.StoreBytes).InclusiveBetween(0, 1L << 52).WithMessage("Expected 0 to 2^52 bytes of store.");
        }
    }
}
