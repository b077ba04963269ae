using System.Security.Cryptography;
using CsCheck;
using Market.Content.Chunks;

namespace Market.Content.Tests;

public sealed class ContentIdTests
{
    [Theory]
    [InlineData("")]
    [InlineData("b")]
    [InlineData("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG")]
    [InlineData("zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA")]
    [InlineData("BAFKREIHDWDCEFGH4DQKJV67UZCMW7OJEE6XEDZDETOJUZJEVTENXQUVYKU")]
    [InlineData("bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")]
    [InlineData("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvykv")]
    [InlineData("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk")]
    [InlineData("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvykua")]
    [InlineData("../../../../etc/passwd")]
    public void Refuses_text_that_is_no_id_of_ours(string text)
    {
        Assert.False(ContentId.TryParse(text, null, out _));
        Assert.Equal(ContentReason.Malformed, Assert.Throws<ContentException>(() => ContentId.Parse(text)).Reason);
    }

    // What other CID implementations give for the raw SHA-256 of no bytes and of one line feed.
    [Fact]
    public void Agrees_with_the_published_ids()
    {
        Assert.Equal("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", ContentId.OfChunk([]).ToString());
        Assert.Equal(ContentId.OfChunk([]), ContentId.Parse("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"));
        Assert.Equal(
            Convert.FromHexString("0155122001BA4719C80B6FE911B091A7C05124B64EEECE964E09C058EF8F9805DACA546B"),
            ContentId.OfChunk("\n"u8).ToBytes());
    }

    [Fact]
    public void Reads_back_what_it_writes() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Bool).Sample((digest, raw) =>
        {
            var id = new ContentId(raw ? ContentKind.Raw : ContentKind.Manifest, digest);
            return ContentId.Parse(id.ToString()) == id && ContentId.TryFromBytes(id.ToBytes(), out var same) && same == id
                && id.DigestBytes().AsSpan().SequenceEqual(digest);
        });

    [Fact]
    public void Random_bytes_are_refused() => Gen.Byte.Array[0, 60].Sample(bytes => !ContentId.TryFromBytes(bytes, out _));

    [Fact]
    public void Changed_bytes_name_something_else_or_nothing() =>
        Gen.Select(Gen.Int[0, 38], Gen.Byte[1, 255]).Sample((at, change) =>
        {
            var id = new ContentId(ContentKind.Manifest, SHA256.HashData("x"u8));
            var bytes = id.ToBytes();
            bytes[at] ^= change;
            return !ContentId.TryFromBytes(bytes, out var other) || (other != id && at >= 7);
        });

    [Fact]
    public void Digest_and_size_give_the_id()
    {
        var digest = SHA256.HashData("x"u8);
        Assert.Equal(ContentKind.Raw, ContentId.ForBlob(digest, Manifest.ChunkBytes).Kind);
        Assert.Equal(ContentKind.Manifest, ContentId.ForBlob(digest, Manifest.ChunkBytes + 1).Kind);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContentId(ContentKind.Raw, digest.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContentId((ContentKind)0x70, digest));
    }
}
