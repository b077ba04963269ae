using System.Collections.Immutable;
using System.Security.Cryptography;
using FluentValidation;
using Market.Protocol.Canonical;
using Market.Protocol.Ids;

namespace Market.Protocol.Providers;

/// <summary>What a provider says of its machine: the digest is on chain, the body is served to peers.</summary>
/// <remarks>Nothing in it is proven. The chain binds it to the node key; a false claim costs the provider jobs it cannot finish.</remarks>
public sealed record HardwareProfile
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most bytes of a profile.</summary>
    public const int LargestBytes = 16 * 1024;

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>The libp2p peer id, as text.</summary>
    public required string Peer { get; init; }

    /// <summary>Multiaddrs at which the node can be dialled, best first.</summary>
    public required ImmutableArray<string> Addresses { get; init; }

    /// <summary>Processor cores that may be used.</summary>
    public required int Cores { get; init; }

    /// <summary>Memory that may be used, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The processor kernels that decide bits, for example <c>x64-avx2-fma</c>.</summary>
    public required string InstructionSet { get; init; }

    /// <summary>The ONNX Runtime version.</summary>
    public required string RuntimeVersion { get; init; }

    /// <summary>The determinism class.</summary>
    public required DeterminismClassId DeterminismClass { get; init; }

    /// <summary>Measured speed over all cores, in millions of multiplications and additions of a fixed test model per second.</summary>
    public required long MegaOperationsPerSecond { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Encode(this);

    /// <summary>The digest that the chain holds.</summary>
    public ContentDigest Digest() => new(SHA256.HashData(ToBytes()));

    /// <summary>Reads a profile that somebody else wrote.</summary>
    public static Reading<HardwareProfile> Read(ReadOnlySpan<byte> bytes) => CanonicalJson.Decode(bytes, LargestBytes, Rules.Instance);

    /// <inheritdoc/>
    public bool Equals(HardwareProfile? other) => other is not null && ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Peer, DeterminismClass, Cores, MemoryBytes);

    private sealed class Rules : AbstractValidator<HardwareProfile>
    {
        public static readonly Rules Instance = new();

        private Rules()
        {
            RuleFor(p => p.Version).Equal(CurrentVersion).WithMessage(p => $"Version {p.Version} found, expected {CurrentVersion}.");
            RuleFor(p => p.Peer).Must(peer => Text.IsPrintableAscii(peer, 128)).WithMessage("Expected a peer id of at most 128 characters.");
            RuleFor(p => p.Addresses).Must(list => !list.IsDefault && list.Length <= 32).WithMessage("Expected at most 32 addresses.");
            RuleForEach(p => p.Addresses).Must(a => Text.IsPrintableAscii(a, 256) && a[0] == '/').When(p => !p.Addresses.IsDefault)
                .WithMessage("Expected a multiaddr of at most 256 characters.");
            RuleFor(p => p.Cores).InclusiveBetween(1, 4096).WithMessage(p => $"{p.Cores} cores found, expected 1 to 4096.");
            RuleFor(p => p.MemoryBytes).InclusiveBetween(1, 1L << 50).WithMessage(p => $"{p.MemoryBytes} bytes of memory found, expected 1 to 2^50.");
            RuleFor(p => p.InstructionSet).Must(isa => Text.IsPrintableAscii(isa, 64)).WithMessage("Expected an instruction set of at most 64 characters.");
            RuleFor(p => p.RuntimeVersion).Must(v => Text.IsPrintableAscii(v, 32)).WithMessage("Expected a runtime version of at most 32 characters.");
            RuleFor(p => p.DeterminismClass).NotEqual(default(DeterminismClassId)).WithMessage("The determinism class is zero.");
            RuleFor(p => p.MegaOperationsPerSecond).InclusiveBetween(0, 1L << 50).WithMessage("Expected a speed from 0 to 2^50.");
        }
    }
}
