using System.Globalization;
using System.Numerics;

namespace Market.Ethereum.Rpc;

/// <summary>Writes quantities as JSON-RPC wants them: hex without leading zeros.</summary>
internal static class Quantity
{
    public static string Write(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    public static string Write(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var digits = value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return "0x" + (digits.Length == 0 ? "0" : digits);
    }
}
