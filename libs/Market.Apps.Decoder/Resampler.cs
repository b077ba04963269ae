using System.Numerics.Tensors;

namespace Market.Apps.Decoder;

/// <summary>Changes the rate of a sound to 16 kHz: a sinc filter under a Hann window, one kernel for each phase.</summary>
/// <remarks>Sample n of the result lies at n·M/L of the source, with M/L = rate/16,000 in lowest terms; L kernels do for all n.</remarks>
internal sealed class Resampler
{
    public const int Rate = 16_000;
    private const int ZeroCrossings = 16;

    private readonly int _up;
    private readonly int _down;
    private readonly int _half;
    private readonly float[][] _kernels;
    private float[] _kept;
    private long _keptFrom;
    private long _next;
    private long _taken;

    public Resampler(int rate)
    {
        var divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(rate, Rate);
        (_up, _down) = (Rate / divisor, rate / divisor);
        var cutoff = Math.Min(1, (double)Rate / rate);
        _half = (int)Math.Ceiling(ZeroCrossings / cutoff);
        _kernels = [.. Enumerable.Range(0, _up).Select(phase => Kernel(phase, cutoff))];
        _kept = new float[_half - 1];
        _keptFrom = 1 - _half;
    }

    /// <summary>What can be said after so many samples more.</summary>
    public float[] Resample(ReadOnlySpan<float> more)
    {
        _taken += more.Length;
        return Give([.. _kept, .. more], long.MaxValue);
    }

    /// <summary>The rest: after the last sample comes silence.</summary>
    public float[] Finish() => Give([.. _kept, .. new float[_half + 1]], ((_taken * _up) + _down - 1) / _down);

    private float[] Give(float[] samples, long end)
    {
        var given = new List<float>((int)((long)samples.Length * _up / _down) + 1);
        long first;
        for (; _next < end; _next++)
        {
            first = (_next * _down / _up) - _half + 1 - _keptFrom;
            if (first + (2 * _half) > samples.Length)
            {
                break;
            }

            given.Add(TensorPrimitives.Dot<float>(samples.AsSpan((int)first, 2 * _half), _kernels[_next * _down % _up]));
        }

        first = Math.Clamp((_next * _down / _up) - _half + 1 - _keptFrom, 0, samples.Length);
        _kept = samples[(int)first..];
        _keptFrom += first;
        return [.. given];
    }

    private float[] Kernel(int phase, double cutoff)
    {
        var kernel = new double[2 * _half];
        for (var k = 0; k < kernel.Length; k++)
        {
            var time = k + 1 - _half - ((double)phase / _up);
            var angle = Math.PI * cutoff * time;
            var sinc = angle == 0 ? 1 : Math.Sin(angle) / angle;
            kernel[k] = sinc * (0.5 + (0.5 * Math.Cos(Math.PI * time / _half)));
        }

        var sum = kernel.Sum();
        return Array.ConvertAll(kernel, value => (float)(value / sum));
    }
}
