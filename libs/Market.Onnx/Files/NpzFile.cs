using System.IO.Compression;
using Market.Onnx.Tensors;

namespace Market.Onnx.Files;

/// <summary>NumPy's <c>.npz</c> files: a zip archive of <c>.npy</c> files, each named after its array.</summary>
public static class NpzFile
{
    private const int MostEntries = 1024;

    /// <summary>Reads every array, in the archive's order.</summary>
    /// <param name="file">A stream that can seek.</param>
    /// <param name="mostBytes">How many bytes all arrays together may unpack to: what an archive claims is not believed.</param>
    /// <exception cref="TensorException">Not such an archive, too large, or an entry that is not an array.</exception>
    public static TensorMap Read(Stream file, long mostBytes)
    {
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count > MostEntries)
            {
                throw new TensorException($"The archive has {archive.Entries.Count} entries; expected at most {MostEntries}.");
            }

            var tensors = new TensorMap();
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                byte[] bytes = Unpack(entry, mostBytes);
                mostBytes -= bytes.Length;
                tensors.Add(new(NameOf(entry), NpyFile.Read(bytes)));
            }

            return tensors;
        }
        catch (InvalidDataException e)
        {
            throw new TensorException("The file is not an .npz archive, or it is damaged.", e);
        }
    }

    private static string NameOf(ZipArchiveEntry entry) => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)
        ? entry.FullName[..^4] : throw new TensorException($"The archive has the entry '{entry.FullName}'; expected names that end with .npy.");

    private static byte[] Unpack(ZipArchiveEntry entry, long most)
    {
        using Stream stream = entry.Open();
        using var unpacked = new MemoryStream();
        byte[] buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (unpacked.Length + read > most)
            {
                throw new TensorException($"The archive unpacks to more than {most} bytes, at '{entry.FullName}'.");
            }

            unpacked.Write(buffer, 0, read);
        }

        return unpacked.ToArray();
    }
}
