using Market.Spread.Nets;

namespace Market.Spread.Inputs;

/// <summary>Sounds like a voice at 16 kHz, from a seed: a gliding tone with overtones, its loudness going up and down, in noise.</summary>
internal static class Sounds
{
    public const int Rate = 16_000;
    private const int Frame = 400;
    private const int Hop = 160;

    public static float[] Voice(int seed, int samples)
    {
        var random = new Random(seed);
        double pitch = 90 + 160 * random.NextDouble(), glide = random.NextDouble() - 0.5, noise = Math.Pow(10, -1 - 2 * random.NextDouble());
        double loudness = random.NextDouble(), syllables = 2 + 4 * random.NextDouble(), brightness = 0.5 + random.NextDouble(), phase = 0;
        var sound = new float[samples];
        for (var i = 0; i < samples; i++)
        {
            var time = (double)i / Rate;
            phase += 2 * Math.PI * pitch * (1 + glide * time + 0.02 * Math.Sin(2 * Math.PI * 5 * time)) / Rate;
            var tone = 0.0;
            for (var overtone = 1; overtone <= 12; overtone++)
            {
                tone += Math.Sin(overtone * phase) / Math.Pow(overtone, brightness);
            }

            var envelope = Math.Max(0, Math.Sin(2 * Math.PI * syllables * time + loudness * 6));
            sound[i] = (float)(0.15 * loudness * envelope * tone + noise * (random.NextDouble() - 0.5));
        }

        return sound;
    }

    /// <summary>The logarithms of the energies in 40 bands, in overlapping windows: step by step what speech models take.</summary>
    public static float[] Features(int seed)
    {
        var sound = Voice(seed, (RecurrentNets.Steps * Hop) + Frame);
        var features = new float[RecurrentNets.Steps * RecurrentNets.Features];
        for (var i = 0; i < features.Length; i++)
        {
            var (step, band) = Math.DivRem(i, RecurrentNets.Features);
            features[i] = (float)Math.Log10(1e-6 + Energy(sound.AsSpan(step * Hop, Frame), 80 * Math.Pow(90, (double)band / RecurrentNets.Features)));
        }

        return features;
    }

    // One term of a Fourier transform under a Hann window.
    private static double Energy(ReadOnlySpan<float> window, double frequency)
    {
        double real = 0, imaginary = 0;
        for (var i = 0; i < window.Length; i++)
        {
            var weighted = window[i] * (0.5 - 0.5 * Math.Cos(2 * Math.PI * i / window.Length));
            var (sin, cos) = Math.SinCos(2 * Math.PI * frequency * i / Rate);
            real += weighted * cos;
            imaginary += weighted * sin;
        }

        return (real * real + imaginary * imaginary) / window.Length;
    }
}
