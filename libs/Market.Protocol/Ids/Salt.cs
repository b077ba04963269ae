namespace Market.Protocol.Ids;

/// <summary>The random part of a commitment: secret until the reveal, after which it is public.</summary>
/// <remarks>Its text is not its value, so that it cannot reach a log by accident; read <see cref="Value"/> to use it.</remarks>
public readonly record struct Salt(Bytes32 Value)
{
    /// <inheritdoc/>
    public override string ToString() => "(salt)";
}
