using System.Diagnostics.CodeAnalysis;

namespace Market.Protocol.Ids;

/// <summary>An id or digest of 32 bytes whose type says what it names, so that two kinds cannot be mixed up.</summary>
/// <typeparam name="TSelf">The id's own type.</typeparam>
public interface IBytes32Id<TSelf> : IParsable<TSelf>
    where TSelf : struct, IBytes32Id<TSelf>
{
    /// <summary>The bytes.</summary>
    Bytes32 Value { get; }

    /// <summary>Gives bytes their meaning.</summary>
    static abstract TSelf From(Bytes32 value);

    /// <inheritdoc/>
    static TSelf IParsable<TSelf>.Parse(string s, IFormatProvider? provider) => Bytes32Id.Parse<TSelf>(s);

    /// <inheritdoc/>
    static bool IParsable<TSelf>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TSelf result) =>
        Bytes32Id.TryParse(s, out result);
}
