using System.IO.Compression;
using System.Text;
using CsCheck;
using Market.Onnx.Files;
using Market.Onnx.Tensors;
using Market.Onnx.Tests.Digests;
using Tensor = Market.Onnx.Tensors.Tensor;

namespace Market.Onnx.Tests.Files;

public sealed class FileTests
{
    [Fact]
    public void Tensor_files_give_back_what_they_were_given()
    {
        var tensors = new TensorMap();
        tensors.AddRange(ResultVectors.Tensors().Select(t => KeyValuePair.Create(t.Name, t.Tensor)));
        TensorMap read = TensorFile.Decode(TensorFile.Encode(tensors));
        Assert.Equal(tensors.Select(t => t.Key), read.Select(t => t.Key));
        Assert.All(tensors.Zip(read), pair => Assert.True(
            pair.First.Value.Type == pair.Second.Value.Type && pair.First.Value.Dims.SequenceEqual(pair.Second.Value.Dims) && pair.First.Value.Data.Span.SequenceEqual(pair.Second.Value.Data.Span)));
    }

    [Fact]
    public void A_tensor_file_cut_anywhere_is_refused_and_a_changed_one_is_read_or_refused()
    {
        byte[] file = TensorFile.Encode([new("x", ResultVectors.Tensors().First().Tensor), new("y", ResultVectors.Tensors().Last().Tensor)]);
        Assert.All(Enumerable.Range(0, file.Length), length => Assert.Throws<TensorException>(() => TensorFile.Decode(file.AsMemory(0, length))));
        Assert.Throws<TensorException>(() => TensorFile.Decode((byte[])[.. file, 0]));
        Gen.Int[0, file.Length - 1].Select(Gen.Byte).Sample((at, value) =>
        {
            byte[] changed = [.. file];
            changed[at] = value;
            try
            {
                TensorFile.Decode(changed);
            }
            catch (TensorException)
            {
                // Refused by name: what is wanted.
            }
        });
    }

    [Fact]
    public void Npy_files_give_back_what_they_were_given() =>
        Assert.All(ResultVectors.Tensors().Where(t => t.Tensor.Type is ElementType.Float or ElementType.Int64 or ElementType.Bool or ElementType.Float16 or ElementType.Complex64), vector =>
        {
            Tensor read = NpyFile.Read(NpyFile.Write(vector.Tensor));
            Assert.Equal(vector.Tensor.Type, read.Type);
            Assert.Equal(vector.Tensor.Dims, read.Dims);
            Assert.Equal(vector.Tensor.Data.ToArray(), read.Data.ToArray());
        });

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 8, "has 8 bytes; expected 12")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 0, "elements")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 4, "Fortran order")]
    [InlineData("{'descr': '|O8', 'fortran_order': False, 'shape': (1,), }", 8, "holds '|O8'")]
    [InlineData("import os", 0, "expected a dictionary")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2,), }", 4, "dimension '1 2'")]
    public void Refuses_npy_headers_that_lie(string header, int bytes, string reason) =>
        Assert.Contains(reason, Assert.Throws<TensorException>(() => NpyFile.Read(Npy(header, bytes))).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_what_does_not_begin_or_end_as_npy()
    {
        Assert.Throws<TensorException>(() => NpyFile.Read("GIF89a, not an array"u8.ToArray()));
        byte[] lying = Npy("{}", 0);
        lying[8] = 0xff;
        Assert.Contains("claims 255 bytes", Assert.Throws<TensorException>(() => NpyFile.Read(lying)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_numbers_of_the_other_byte_order() =>
        Assert.Equal(BitConverter.GetBytes(1.5f), NpyFile.Read(Npy("{'descr': '>f4', 'fortran_order': False, 'shape': (), }", [0x3f, 0xc0, 0, 0])).Data.ToArray());

    [Fact]
    public void An_archive_gives_its_arrays_and_never_more_bytes_than_allowed()
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("x.npy").Open();
            entry.Write(NpyFile.Write(new Tensor(ElementType.UInt8, [10_000_000], new byte[10_000_000])));
        }

        Assert.True(file.Length < 100_000, "ten megabytes of zeros pack well");
        Assert.Equal("x", Assert.Single(NpzFile.Read(file, 20_000_000)).Key);
        Assert.Contains("more than 1000000 bytes", Assert.Throws<TensorException>(() => NpzFile.Read(file, 1_000_000)).Message, StringComparison.Ordinal);
        Assert.Throws<TensorException>(() => NpzFile.Read(new MemoryStream("no archive"u8.ToArray()), 1000));
    }

    private static byte[] Npy(string header, int bytes) => Npy(header, new byte[bytes]);

    private static byte[] Npy(string header, byte[] data) => [0x93, .. "NUMPY\x01"u8, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. data];
}
