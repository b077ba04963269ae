using System.Text.Json;

namespace Market.Ethereum;

/// <summary>The vectors that viem and ethers wrote.</summary>
internal static class Vectors
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<JsonElement> Read(string name) => Document(name).EnumerateArray();

    public static JsonElement Document(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "tests/vectors/ethereum", name))).RootElement;

    public static byte[] Bytes(this JsonElement element, string name) => Hex.Decode(element.GetProperty(name).GetString()!);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Market.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No Market.sln above the tests.");
    }
}
