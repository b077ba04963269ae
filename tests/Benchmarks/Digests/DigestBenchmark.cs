using System.Security.Cryptography;
using Market.Onnx.Digests;
using Market.Onnx.Tensors;

namespace Market.Benchmarks.Digests;

/// <summary>The canonical digest of a tensor against plain SHA-256 over the same bytes, in processor time.</summary>
internal static class DigestBenchmark
{
    public static async Task RunAsync(bool quick)
    {
        (ElementType Type, int Size, int Megabytes)[] cases =
        [
            (ElementType.Float, 4, 1), (ElementType.Float, 4, 16), (ElementType.Float, 4, 64),
            (ElementType.Float16, 2, 16), (ElementType.BFloat16, 2, 16), (ElementType.Double, 8, 16), (ElementType.Int64, 8, 16), (ElementType.UInt8, 1, 16),
        ];
        Report.Begin("SHA-256", "tensor digest", "share, goal");
        foreach (var (type, size, megabytes) in cases)
        {
            await CompareAsync(type, size, (quick ? Math.Min(megabytes, 4) : megabytes) << 20, quick ? 3 : 25);
        }
    }

    private static async Task CompareAsync(ElementType type, int size, int bytes, int rounds)
    {
        var tensor = new Tensor(type, [bytes / size], Ordinary(type, size, bytes));
        var repeats = Math.Max(1, (16 << 20) / bytes);
        double Rate(double seconds) => (double)bytes * repeats / seconds / 1e9;
        Func<Task<double>> Measure(Action hash) => async () => Rate(await Paired.ComputeAsync(() =>
        {
            for (var i = 0; i < repeats; i++)
            {
                hash();
            }
        }));
        var rows = await Paired.InTurnAsync(rounds, Measure(() => SHA256.HashData(tensor.Data.Span)), Measure(() => TensorDigest.Of(tensor)));
        Report.Row(
            $"{bytes >> 20} MB of {type}", Report.Number(Paired.Median(rows[0]), "GB/s"), Report.Number(Paired.Median(rows[1]), "GB/s"),
            $"{Report.Number(Paired.Ratio(rows[1], rows[0]))}, ≥ 0.8");
    }

    /// <summary>Numbers between -1 and 1, as outputs have them; random bytes for whole numbers.</summary>
    private static byte[] Ordinary(ElementType type, int size, int bytes)
    {
        var random = new Random(1);
        var data = new byte[bytes];
        random.NextBytes(data);
        for (var i = 0; i < bytes; i += size)
        {
            var value = (random.NextSingle() * 2) - 1;
            var element = data.AsSpan(i, size);
            _ = type switch
            {
                ElementType.Float => BitConverter.TryWriteBytes(element, value),
                ElementType.Float16 => BitConverter.TryWriteBytes(element, (Half)value),
                ElementType.BFloat16 => BitConverter.TryWriteBytes(element, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
                ElementType.Double => BitConverter.TryWriteBytes(element, (double)value),
                _ => true,
            };
        }

        return data;
    }
}
