using System.Text.Json.Serialization;

namespace Market.Protocol.Ids;

/// <summary>Names a job: the hash of its domain, chain, contract and spec, as the contract computes it.</summary>
[JsonConverter(typeof(Bytes32IdJsonConverter<JobId>))]
public readonly record struct JobId(Bytes32 Value) : IBytes32Id<JobId>
{
    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public JobId(ReadOnlySpan<byte> bytes) : this(new Bytes32(bytes))
    {
    }

    /// <inheritdoc/>
    public static JobId From(Bytes32 value) => new(value);

    /// <inheritdoc cref="Bytes32Id.Parse{T}"/>
    public static JobId Parse(string text) => Bytes32Id.Parse<JobId>(text);

    /// <inheritdoc cref="Bytes32Id.TryParse{T}"/>
    public static bool TryParse(string? text, out JobId id) => Bytes32Id.TryParse(text, out id);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
