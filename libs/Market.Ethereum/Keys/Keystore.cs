using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto.Generators;

namespace Market.Ethereum.Keys;

/// <summary>A private key in a file, encrypted by a password: Web3 Secret Storage, version 3.</summary>
public static class Keystore
{
    private const int LargestFile = 1 << 16;
    private const int LargestMemory = 1 << 30;
    private const int MostRounds = 10_000_000;

    /// <summary>scrypt's cost N when writing: 256 MiB and about a second, as other wallets take.</summary>
    public const int StandardCost = 1 << 18;

    /// <summary>scrypt's cost N for throw-away keys, as on a devnet: 4 MiB and a few milliseconds.</summary>
    public const int LightCost = 1 << 12;

    /// <summary>Encrypts a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="password">Any text; used as UTF-8.</param>
    /// <param name="cost">scrypt's N, a power of two.</param>
    /// <returns>The file's JSON.</returns>
    public static string Encrypt(PrivateKey key, string password, int cost = StandardCost)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] salt = RandomNumberGenerator.GetBytes(32), iv = RandomNumberGenerator.GetBytes(16);
        byte[] derived = SCrypt.Generate(Encoding.UTF8.GetBytes(password), salt, cost, 8, 1, 32);
        byte[] secret = new byte[32];
        try
        {
            key.CopySecretTo(secret);
            byte[] cipher = AesCtr(derived.AsSpan(0, 16), iv, secret);
            return new JsonObject
            {
                ["address"] = key.Address.ToString()[2..].ToLowerInvariant(),
                ["crypto"] = new JsonObject
                {
                    ["cipher"] = "aes-128-ctr",
                    ["cipherparams"] = new JsonObject { ["iv"] = Convert.ToHexStringLower(iv) },
                    ["ciphertext"] = Convert.ToHexStringLower(cipher),
                    ["kdf"] = "scrypt",
                    ["kdfparams"] = new JsonObject { ["dklen"] = 32, ["n"] = cost, ["p"] = 1, ["r"] = 8, ["salt"] = Convert.ToHexStringLower(salt) },
                    ["mac"] = Convert.ToHexStringLower(Keccak256.Hash([.. derived.AsSpan(16), .. cipher]).ToArray()),
                },
                ["id"] = Guid.NewGuid().ToString(),
                ["version"] = 3,
            }.ToJsonString();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Decrypts a key.</summary>
    /// <param name="json">The file's JSON.</param>
    /// <param name="password">The password that it was encrypted by.</param>
    /// <exception cref="EthereumException">Not such a file, cut, of unreasonable cost, or a wrong password.</exception>
    public static PrivateKey Decrypt(string json, string password)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            JsonElement root = document.RootElement;
            int version = root.GetProperty("version").GetInt32();
            JsonElement crypto = root.TryGetProperty("crypto", out JsonElement lower) ? lower : root.GetProperty("Crypto");
            string cipherName = crypto.GetProperty("cipher").GetString()!;
            if (version != 3 || cipherName != "aes-128-ctr")
            {
                throw new EthereumException($"Keystore of version {version} with cipher '{Hex.Shortened(cipherName)}'; expected version 3 with aes-128-ctr.");
            }

            byte[] derived = Derive(crypto.GetProperty("kdf").GetString()!, crypto.GetProperty("kdfparams"), password);
            byte[] cipher = Bytes(crypto, "ciphertext", 32), iv = Bytes(crypto.GetProperty("cipherparams"), "iv", 16), mac = Bytes(crypto, "mac", 32);
            if (!CryptographicOperations.FixedTimeEquals(Keccak256.Hash([.. derived.AsSpan(16, 16), .. cipher]).ToArray(), mac))
            {
                throw new EthereumException("Wrong password, or the keystore was changed: its code does not match.");
            }

            byte[] secret = AesCtr(derived.AsSpan(0, 16), iv, cipher);
            var key = new PrivateKey(secret);
            CryptographicOperations.ZeroMemory(secret);
            return key;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new EthereumException($"The keystore is cut off or is not Web3 Secret Storage: {e.Message}", e);
        }
    }

    /// <summary>Writes an encrypted key to a new file that only its owner may read (mode 600), whole or not at all.</summary>
    /// <param name="path">The file; it must not exist.</param>
    /// <param name="json">What <see cref="Encrypt"/> gave.</param>
    /// <exception cref="EthereumException">A file of that name exists.</exception>
    public static void Save(string path, string json)
    {
        string temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                file.Write(Encoding.UTF8.GetBytes(json));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new EthereumException($"'{path}' exists; a key is never overwritten.");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads and decrypts a key file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The password that it was encrypted by.</param>
    /// <exception cref="EthereumException">Absent, too large, not such a file, cut, or a wrong password.</exception>
    public static PrivateKey Load(string path, string password)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > LargestFile)
        {
            throw new EthereumException(file.Exists ? $"Keystore '{path}' has {file.Length} bytes; expected at most {LargestFile}." : $"No keystore '{path}'.");
        }

        return Decrypt(File.ReadAllText(path), password);
    }

    // A hostile file may name any cost: memory and rounds are bounded before work begins.
    private static byte[] Derive(string kdf, JsonElement parameters, string password)
    {
        byte[] salt = Convert.FromHexString(parameters.GetProperty("salt").GetString()!);
        int length = parameters.GetProperty("dklen").GetInt32();
        if (length != 32 || salt.Length > 128)
        {
            throw new EthereumException($"Keystore with a derived key of {length} bytes and a salt of {salt.Length}; expected 32 and at most 128.");
        }

        byte[] secret = Encoding.UTF8.GetBytes(password);
        if (kdf == "scrypt")
        {
            long n = parameters.GetProperty("n").GetInt64(), r = parameters.GetProperty("r").GetInt64(), p = parameters.GetProperty("p").GetInt64();
            bool sane = n > 1 && n <= LargestMemory && (n & (n - 1)) == 0 && r is > 0 and <= 32 && p is > 0 and <= 8 && 128 * n * r <= LargestMemory;
            return sane ? SCrypt.Generate(secret, salt, (int)n, (int)r, (int)p, 32)
                : throw new EthereumException($"Keystore with scrypt n={n}, r={r}, p={p}; expected a power of two and at most {LargestMemory >> 20} MiB of memory.");
        }

        string? prf = kdf == "pbkdf2" ? parameters.GetProperty("prf").GetString() : null;
        int rounds = kdf == "pbkdf2" ? parameters.GetProperty("c").GetInt32() : 0;
        return prf == "hmac-sha256" && rounds is > 0 and <= MostRounds
            ? Rfc2898DeriveBytes.Pbkdf2(secret, salt, rounds, HashAlgorithmName.SHA256, 32)
            : throw new EthereumException($"Keystore with key derivation '{Hex.Shortened(kdf)}'; expected scrypt, or pbkdf2 with hmac-sha256 and at most {MostRounds} rounds.");
    }

    private static byte[] Bytes(JsonElement parent, string name, int length)
    {
        byte[] bytes = Convert.FromHexString(parent.GetProperty(name).GetString()!);
        return bytes.Length == length ? bytes : throw new EthereumException($"Keystore '{name}' of {bytes.Length} bytes; expected {length}.");
    }

    // Counter mode over 32 bytes: two blocks of the cipher.
    private static byte[] AesCtr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input)
    {
        using var aes = Aes.Create();
        aes.Key = key.ToArray();
        byte[] counter = iv.ToArray(), output = new byte[input.Length];
        for (int offset = 0; offset < input.Length; offset += 16)
        {
            byte[] pad = aes.EncryptEcb(counter, PaddingMode.None);
            for (int i = 0; i < 16 && offset + i < input.Length; i++)
            {
                output[offset + i] = (byte)(input[offset + i] ^ pad[i]);
            }

            for (int i = 15; i >= 0 && ++counter[i] == 0; i--)
            {
            }
        }

        return output;
    }
}
