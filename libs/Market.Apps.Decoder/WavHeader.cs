using System.Buffers.Binary;

namespace Market.Apps.Decoder;

/// <summary>How a WAV file holds its samples.</summary>
internal readonly record struct WavFormat(bool IsFloat, int Channels, int Rate, int Bits)
{
    public int FrameBytes => Channels * Bits / 8;
}

/// <summary>The chunks of a RIFF file before its samples. Microsoft's "Multimedia Programming Interface and Data Specifications 1.0".</summary>
internal static class WavHeader
{
    private const int Pcm = 1;
    private const int Floats = 3;
    private const int Extensible = 0xFFFE;
    private const int LargestFormat = 4096;
    private const int MostChunks = 64;

    /// <summary>Reads up to the first sample.</summary>
    /// <returns>The format, and how many bytes of samples the file claims.</returns>
    public static (WavFormat Format, long Bytes) Read(Stream input)
    {
        var riff = Take(input, 12);
        if (!riff.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !riff.AsSpan(8, 4).SequenceEqual("WAVE"u8))
        {
            throw new RefusedException("The file does not begin as a WAV file does, expected RIFF … WAVE.");
        }

        WavFormat? format = null;
        for (var i = 0; i < MostChunks; i++)
        {
            var head = Take(input, 8);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            if (head.AsSpan(0, 4).SequenceEqual("data"u8))
            {
                return (format ?? throw new RefusedException("The samples come before their format: no 'fmt ' chunk."), length);
            }

            if (head.AsSpan(0, 4).SequenceEqual("fmt "u8))
            {
                format = ReadFormat(length is >= 16 and <= LargestFormat ? Take(input, (int)(length + (length & 1))) : throw new RefusedException($"The format has {length} bytes, expected 16 to {LargestFormat}."));
            }
            else
            {
                Skip(input, length + (length & 1));
            }
        }

        throw new RefusedException($"No samples in the first {MostChunks} chunks of the file.");
    }

    private static WavFormat ReadFormat(ReadOnlySpan<byte> chunk)
    {
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk), channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        if (tag == Extensible && chunk.Length >= 26)
        {
            tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
        }

        if (!(tag == Pcm && bits is 8 or 16 or 24 or 32) && !(tag == Floats && bits is 32 or 64))
        {
            throw new RefusedException($"Samples of kind {tag} with {bits} bits, expected PCM (1) with 8, 16, 24 or 32 or floats (3) with 32 or 64.");
        }

        return channels is >= 1 and <= 8 && rate is >= 4000 and <= 192_000
            ? new WavFormat(tag == Floats, channels, (int)rate, bits)
            : throw new RefusedException($"{channels} channels at {rate} Hz, expected 1 to 8 at 4,000 to 192,000.");
    }

    private static byte[] Take(Stream input, int count)
    {
        var bytes = new byte[count];
        return input.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count
            ? bytes
            : throw new RefusedException("The file ends before its first sample: it is cut off, or no WAV file.");
    }

    private static void Skip(Stream input, long count)
    {
        var buffer = new byte[4096];
        while (count > 0)
        {
            var read = input.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            count = read > 0 ? count - read : throw new RefusedException("The file ends before its first sample: it is cut off, or no WAV file.");
        }
    }
}
