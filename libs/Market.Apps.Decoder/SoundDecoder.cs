using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Market.Apps.Decoder;

/// <summary>Reads a WAV file (RIFF, PCM or IEEE floats) as one channel at 16 kHz, block by block.</summary>
internal static class SoundDecoder
{
    private const int LongestMinutes = 30;
    private const int BlockFrames = 1 << 15;

    public static void Decode(Stream input, Stream output)
    {
        var (format, bytes) = WavHeader.Read(input);
        var frames = bytes / format.FrameBytes;
        if (frames > (long)LongestMinutes * 60 * format.Rate)
        {
            throw new RefusedException($"The sound lasts {frames / format.Rate} seconds, expected at most {LongestMinutes * 60}: cut it into parts.");
        }

        var resampler = new Resampler(format.Rate);
        var (block, mono) = (new byte[BlockFrames * format.FrameBytes], new float[BlockFrames]);
        for (var left = frames; left > 0;)
        {
            var count = (int)Math.Min(left, BlockFrames);
            var read = input.ReadAtLeast(block.AsSpan(0, count * format.FrameBytes), count * format.FrameBytes, throwOnEndOfStream: false);
            if (read < count * format.FrameBytes)
            {
                throw new RefusedException($"The sound ends {(left * format.FrameBytes) - read} bytes before the {bytes} that its header claims: the file is cut off.");
            }

            Mix(block, mono.AsSpan(0, count), format);
            Write(output, resampler.Resample(mono.AsSpan(0, count)));
            left -= count;
        }

        Write(output, resampler.Finish());
    }

    private static void Write(Stream output, ReadOnlySpan<float> samples) => output.Write(MemoryMarshal.AsBytes(samples));

    private static void Mix(ReadOnlySpan<byte> block, Span<float> mono, WavFormat format)
    {
        var size = format.Bits / 8;
        for (var i = 0; i < mono.Length; i++)
        {
            var sum = 0f;
            for (var channel = 0; channel < format.Channels; channel++)
            {
                sum += Sample(block.Slice((i * format.FrameBytes) + (channel * size), size), format.IsFloat);
            }

            mono[i] = float.IsFinite(sum) ? Math.Clamp(sum / format.Channels, -1, 1) : 0;
        }
    }

    private static float Sample(ReadOnlySpan<byte> bytes, bool isFloat) => (bytes.Length, isFloat) switch
    {
        (4, true) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (8, true) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (1, _) => (bytes[0] - 128) / 128f,
        (2, _) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
        (3, _) => ((bytes[0] << 8) | (bytes[1] << 16) | (bytes[2] << 24)) / 2147483648f,
        _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
    };
}
