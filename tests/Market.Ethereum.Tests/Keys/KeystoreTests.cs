using System.Text.Json;

namespace Market.Ethereum.Keys;

public sealed class KeystoreTests
{
    [Fact]
    public void Reads_what_others_wrote() => Assert.All(Vectors.Read("keystores.json"), vector =>
    {
        using PrivateKey key = Keystore.Decrypt(vector.GetProperty("file").GetRawText(), vector.Text("password"));
        using PrivateKey expected = PrivateKey.Parse(vector.Text("key"));
        Assert.Equal(expected.Address, key.Address);
    });

    [Fact]
    public void Refuses_a_wrong_password() =>
        Assert.Contains("Wrong password", Refusal(File().GetRawText(), "wrong"), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_file_cut_anywhere()
    {
        string whole = File().GetRawText();
        foreach (int length in Enumerable.Range(0, whole.Length).Where(i => i % 7 == 0))
        {
            Assert.Contains("cut off", Refusal(whole[..length], "correct horse"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"n\":1024", "\"n\":1073741824", "expected a power of two")]
    [InlineData("\"n\":1024", "\"n\":1023", "expected a power of two")]
    [InlineData("\"r\":8", "\"r\":100000", "expected a power of two")]
    [InlineData("\"dklen\":32", "\"dklen\":2000000000", "expected 32")]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"md5\"", "expected scrypt, or pbkdf2")]
    [InlineData("\"version\":3", "\"version\":1", "expected version 3")]
    [InlineData("aes-128-ctr", "aes-256-gcm", "expected version 3 with aes-128-ctr")]
    public void Refuses_parameters_that_would_cost_too_much_or_are_unknown(string found, string replaced, string reason) =>
        Assert.Contains(reason, Refusal(JsonSerializer.Serialize(File()).Replace(found, replaced, StringComparison.Ordinal), "correct horse"), StringComparison.Ordinal);

    [Fact]
    public void Keeps_a_key_for_its_owner_alone_and_never_overwrites_one()
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "key.json");
        using PrivateKey key = PrivateKey.Generate();
        string json = Keystore.Encrypt(key, "pässwörd", Keystore.LightCost);
        Assert.DoesNotContain("ä", json, StringComparison.Ordinal);
        Keystore.Save(path, json);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(path).UnixFileMode);
        using PrivateKey read = Keystore.Load(path, "pässwörd");
        Assert.Equal(key.Address, read.Address);
        Assert.Throws<EthereumException>(() => Keystore.Save(path, json));
        Assert.Single(Directory.GetFiles(folder));
        Directory.Delete(folder, true);
        Assert.Contains("No keystore", Assert.Throws<EthereumException>(() => Keystore.Load(path, "")).Message, StringComparison.Ordinal);
    }

    private static JsonElement File() => Vectors.Read("keystores.json").First().GetProperty("file");

    private static string Refusal(string json, string password) => Assert.Throws<EthereumException>(() => Keystore.Decrypt(json, password)).Message;
}
