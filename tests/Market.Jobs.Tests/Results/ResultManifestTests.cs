using CsCheck;
using Market.Jobs.Results;
using Market.Onnx.Digests;
using Market.Protocol.Bundles;
using Market.Protocol.Ids;

namespace Market.Jobs.Tests.Results;

public sealed class ResultManifestTests
{
    private static readonly Gen<byte[]> Hash = Gen.Byte.Array[32];

    private static readonly Gen<ResultManifest> Manifests = Gen.Select(Hash, Hash, Gen.Long[1, 1000], Gen.Bool, (root, blob, bytes, error) => error
        ? new ResultEntry(new TaskDigest(true, new Digest(root)), null)
        : new ResultEntry(new TaskDigest(false, new Digest(root)), new BlobReference(new ContentDigest(blob), bytes))).Array[1, 20].Select(entries => new ResultManifest([.. entries]));

    [Fact]
    public void Reads_what_it_wrote_and_has_the_same_root() => Manifests.Sample(manifest =>
    {
        var read = ResultManifest.Read(manifest.ToBytes(), manifest.Entries.Length, manifest.Root, manifest.OutputBytes);
        return read.Entries.SequenceEqual(manifest.Entries) && read.Root == manifest.Root;
    });

    [Fact]
    public void Refuses_every_manifest_that_is_not_the_one_on_chain() => Gen.Select(Manifests, Gen.Int[0, 10_000], Gen.Byte[1, 255]).Sample((manifest, at, change) =>
    {
        var bytes = manifest.ToBytes();
        bytes[at % bytes.Length] ^= change;
        try
        {
            // Where a blob lies is not under the root: it is checked when the blob is read.
            return ResultManifest.Read(bytes, manifest.Entries.Length, manifest.Root, long.MaxValue).Root == manifest.Root;
        }
        catch (JobException)
        {
            return true;
        }
    });

    [Fact]
    public void Refuses_another_number_of_tasks_and_more_bytes_than_posted() => Manifests.Sample(manifest =>
    {
        Assert.Throws<JobException>(() => ResultManifest.Read(manifest.ToBytes(), manifest.Entries.Length + 1, manifest.Root, long.MaxValue));
        if (manifest.OutputBytes > 0)
        {
            Assert.Throws<JobException>(() => ResultManifest.Read(manifest.ToBytes(), manifest.Entries.Length, manifest.Root, manifest.OutputBytes - 1));
        }
    });
}
