using System.Globalization;

namespace Market.Apps.Decoder;

/// <summary>One of several files on standard input: whoever started this program says how long each is.</summary>
internal static class SentFile
{
    /// <exception cref="RefusedException">It ends before, or memory holds no such file.</exception>
    public static byte[] Read(Stream input, ReadOnlySpan<char> length)
    {
        var expected = long.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture);
        if (expected > Array.MaxLength)
        {
            throw new RefusedException($"The file has {expected} bytes, expected at most {Array.MaxLength}.");
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)expected);
        var read = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == expected ? bytes : throw new RefusedException($"The file ended after {read} bytes as it was read, expected {expected}.");
    }
}
