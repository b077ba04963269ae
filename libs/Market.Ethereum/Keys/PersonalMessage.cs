using System.Globalization;
using System.Text;

namespace Market.Ethereum.Keys;

/// <summary>Messages that a wallet signs for a person: EIP-191, version 0x45. The prefix keeps them from ever being transactions.</summary>
public static class PersonalMessage
{
    /// <summary>The hash that is signed.</summary>
    /// <param name="message">The message's bytes.</param>
    public static Hash256 Hash(ReadOnlySpan<byte> message) =>
        Keccak256.Hash([.. Encoding.UTF8.GetBytes("\u0019Ethereum Signed Message:\n" + message.Length.ToString(CultureInfo.InvariantCulture)), .. message]);
}
