using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Market.Ethereum.Rpc;

/// <summary>Strict readers for the value encodings of the execution API: quantities, byte strings, hashes, addresses.</summary>
/// <remarks>https://ethereum.org/developers/docs/apis/json-rpc/#hex-encoding</remarks>
internal readonly struct RpcValue(JsonElement element, string what)
{
    public bool IsNull => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>The member of that name, which may be absent; later errors name the path to it.</summary>
    public RpcValue this[string name] => element.ValueKind is not JsonValueKind.Object
        ? throw Malformed("an object")
        : new RpcValue(element.TryGetProperty(name, out var member) ? member : default, $"{what}.{name}");

    public IEnumerable<RpcValue> Items()
    {
        if (element.ValueKind is not JsonValueKind.Array)
            throw Malformed("an array");
        var i = 0;
        foreach (var item in element.EnumerateArray())
            yield return new RpcValue(item, $"{what}[{i++}]");
    }

    public T[] List<T>(Func<RpcValue, T> read) => [.. Items().Select(read)];

    public ulong UInt64()
    {
        var digits = Digits(16);
        return ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    public uint UInt32() => UInt64() is var value and <= uint.MaxValue ? (uint)value : throw Malformed("a quantity below 2^32");

    public BigInteger UInt256()
    {
        // The leading zero keeps the number positive.
        return BigInteger.Parse("0" + Digits(64), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    public byte[] Bytes() => TryHex(Text(), out var bytes) ? bytes : throw Malformed("0x and an even number of hex digits");

    public Hash256 Hash() => Hash256.TryParse(Text(), out var hash) ? hash : throw Malformed("0x and 64 hex digits");

    public Address Address() => Ethereum.Address.TryParse(Text(), out var address) ? address : throw Malformed("0x and 40 hex digits");

    public double Ratio() => element.ValueKind is JsonValueKind.Number && element.TryGetDouble(out var value) && double.IsFinite(value)
        ? value : throw Malformed("a number");

    public bool IsTrue() => element.ValueKind is JsonValueKind.True;

    public static bool TryHex(string text, out byte[] bytes)
    {
        bytes = [];
        if (!text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0)
            return false;
        bytes = new byte[(text.Length - 2) / 2];
        return Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) is OperationStatus.Done;
    }

    public RpcException Malformed(string expected) => new(
        RpcErrorKind.Malformed,
        $"The endpoint gave {(IsNull ? "nothing" : RpcWire.Printable(element.GetRawText(), 80))} as {what}, expected {expected}.");

    private string Text() => element.ValueKind is JsonValueKind.String ? element.GetString()! : throw Malformed("a hex string");

    // Quantities are written without leading zeros, zero itself as 0x0.
    private string Digits(int most)
    {
        var text = Text();
        var isQuantity = text.Length > 2 && text.Length <= most + 2 && text.StartsWith("0x", StringComparison.Ordinal)
            && (text[2] != '0' || text.Length == 3) && text.AsSpan(2).ContainsAnyExcept(HexDigits) is false;
        return isQuantity ? text[2..] : throw Malformed($"a quantity of 1 to {most} hex digits without leading zeros");
    }

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
}
