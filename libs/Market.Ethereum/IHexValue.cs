namespace Market.Ethereum;

/// <summary>A value of fixed size that is written as hexadecimal text: what <see cref="Hash256"/> and <see cref="Address"/> have in common for JSON.</summary>
/// <typeparam name="T">The value itself.</typeparam>
public interface IHexValue<T>
    where T : struct, IHexValue<T>
{
    /// <summary>Makes it from its bytes.</summary>
    /// <param name="bytes">Exactly as many as it has.</param>
    /// <exception cref="EthereumException">Another number of bytes.</exception>
    static abstract T FromBytes(ReadOnlySpan<byte> bytes);

    /// <summary>Reads its text; false when it is something else.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="value">The value, or the default.</param>
    static abstract bool TryParse(string? text, out T value);

    /// <summary>Writes its bytes to the start of <paramref name="destination"/>.</summary>
    /// <param name="destination">At least as long.</param>
    void CopyTo(Span<byte> destination);
}
