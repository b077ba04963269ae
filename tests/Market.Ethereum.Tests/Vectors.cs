using System.Text.Json;

namespace Market.Ethereum;

/// <summary>The vectors that viem and ethers wrote.</summary>
internal static class Vectors
{
    public static IEnumerable<JsonElement> Read(string name) => Document(name).EnumerateArray();

    public static JsonElement Document(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Checkout.At("tests/vectors/ethereum"), name))).RootElement;

    public static byte[] Bytes(this JsonElement element, string name) => Hex.Decode(element.GetProperty(name).GetString()!);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
