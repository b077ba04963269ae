using Market.Ethereum.Keys;

namespace Market.Node.Devnets;

/// <summary>A throw-away account of a devnet, in a keystore of its own.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Key">Its key.</param>
/// <param name="Folder">Its data folder.</param>
public sealed record DevnetAccount(string Name, PrivateKey Key, string Folder)
{
    /// <summary>Makes an account and writes its keystore; the cheap key derivation is for keys without value.</summary>
    public static DevnetAccount Create(string name, string folder, string file, string password)
    {
        Directory.CreateDirectory(folder);
        var key = PrivateKey.Generate();
        Keystore.Save(Path.Combine(folder, file), Keystore.Encrypt(key, password, Keystore.LightCost));
        return new DevnetAccount(name, key, folder);
    }
}
