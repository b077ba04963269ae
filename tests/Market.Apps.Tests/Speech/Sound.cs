using System.Buffers.Binary;

namespace Market.Apps.Tests.Speech;

/// <summary>Makes sounds: a voice from a pulse train through the resonances of vowels (Klatt, "Software for a cascade/parallel formant synthesizer", 1980), and WAV files of them.</summary>
internal static class Sound
{
    private static readonly (double F1, double F2, double F3)[] Vowels = [(730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410)];

    public static float[] Silence(double seconds, int rate = 16_000) => new float[(int)(seconds * rate)];

    /// <summary>Syllables of a voice, with a gliding pitch and vowels that pass into each other.</summary>
    public static float[] Voice(double seconds, int rate = 16_000)
    {
        var sound = new float[(int)(seconds * rate)];
        var random = new Random(7);
        var formants = new Resonator[] { new(rate, 80), new(rate, 100), new(rate, 140) };
        double phase = 0, last = 0;
        for (var i = 0; i < sound.Length; i++)
        {
            var time = (double)i / rate;
            var pitch = 120 + (25 * Math.Sin(2 * Math.PI * 0.7 * time)) + (4 * Math.Sin(2 * Math.PI * 5.5 * time));
            phase += pitch / rate;
            var pulse = phase >= 1 ? 1.0 : 0;
            phase -= Math.Floor(phase);
            last = (0.92 * last) + pulse + (0.01 * (random.NextDouble() - 0.5));
            var (f1, f2, f3) = Vowel(time * 4);
            var loud = 0.35 + (0.65 * Math.Pow(Math.Sin(Math.PI * 4 * time), 2));
            sound[i] = (float)(0.2 * loud * formants[2].Next(formants[1].Next(formants[0].Next(last, f1), f2), f3));
        }

        var peak = sound.Max(Math.Abs);
        return Array.ConvertAll(sound, sample => sample * 0.5f / peak);
    }

    public static byte[] Wav(float[] samples, int rate = 16_000, int channels = 1, int bits = 16, bool isFloat = false)
    {
        var bytes = new byte[samples.Length * channels * bits / 8];
        for (var i = 0; i < samples.Length * channels; i++)
        {
            var at = bytes.AsSpan(i * bits / 8);
            var value = samples[i / channels];
            switch (bits, isFloat)
            {
                case (16, _): BinaryPrimitives.WriteInt16LittleEndian(at, (short)(value * 32767)); break;
                case (24, _): var whole = (int)(value * 8388607); (at[0], at[1], at[2]) = ((byte)whole, (byte)(whole >> 8), (byte)(whole >> 16)); break;
                case (32, false): BinaryPrimitives.WriteInt32LittleEndian(at, (int)(value * 2147483520f)); break;
                default: BinaryPrimitives.WriteSingleLittleEndian(at, value); break;
            }
        }

        return Wav(bytes, bytes.Length, rate, channels, bits, isFloat);
    }

    public static byte[] Wav(byte[] samples, int claimed, int rate, int channels, int bits, bool isFloat)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + claimed);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)(isFloat ? 3 : 1));
        writer.Write((short)channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((short)(channels * bits / 8));
        writer.Write((short)bits);
        writer.Write("data"u8);
        writer.Write(claimed);
        writer.Write(samples);
        writer.Flush();
        return stream.ToArray();
    }

    private static (double F1, double F2, double F3) Vowel(double at)
    {
        var (from, to) = (Vowels[(int)at % Vowels.Length], Vowels[((int)at + 1) % Vowels.Length]);
        var part = Math.Clamp(((at - Math.Floor(at)) * 2) - 0.5, 0, 1);
        return (from.F1 + ((to.F1 - from.F1) * part), from.F2 + ((to.F2 - from.F2) * part), from.F3 + ((to.F3 - from.F3) * part));
    }

    private sealed class Resonator(int rate, double bandwidth)
    {
        private readonly double _r = Math.Exp(-Math.PI * bandwidth / rate);
        private double _one;
        private double _two;

        public double Next(double sample, double frequency)
        {
            var b = 2 * _r * Math.Cos(2 * Math.PI * frequency / rate);
            var next = ((1 - b + (_r * _r)) * sample) + (b * _one) - (_r * _r * _two);
            (_one, _two) = (next, _one);
            return next;
        }
    }
}
