using Market.Jobs.Execution;
using Market.Libp2p;
using Market.Onnx.Execution;
using Market.Protocol.Providers;

namespace Market.Node.Providers;

/// <summary>Finds out what this machine is.</summary>
public static class HardwareProbe
{
    private const int Side = 256;
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(200);

    /// <summary>The profile that the provider publishes; measuring its class and its speed takes about a second.</summary>
    public static async Task<HardwareProfile> MeasureAsync(PeerId peer, IEnumerable<Multiaddr> addresses, SessionSettings settings, int workers)
    {
        var machine = DeterminismClass.Of(settings);
        return new HardwareProfile
        {
            Version = HardwareProfile.CurrentVersion,
            Peer = peer.ToString(),
            Addresses = [.. addresses.Select(a => a.ToString()).Take(8)],
            Cores = workers,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            InstructionSet = machine.Kernels,
            RuntimeVersion = machine.RuntimeVersion,
            DeterminismClass = await WorkerExecutor.ClassOfAsync(settings).ConfigureAwait(false),
            MegaOperationsPerSecond = Speed(workers),
        };
    }

    /// <summary>Multiplications and additions of a matrix product per second over all cores, in millions.</summary>
    private static long Speed(int workers)
    {
        var speeds = new long[workers];
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, i => speeds[i] = SpeedOfOne());
        return speeds.Sum();
    }

    private static long SpeedOfOne()
    {
        var (a, b, c) = (new float[Side * Side], new float[Side * Side], new float[Side * Side]);
        a.AsSpan().Fill(1.5f);
        b.AsSpan().Fill(0.5f);
        var start = TimeProvider.System.GetTimestamp();
        long operations = 0;
        do
        {
            for (var row = 0; row < Side; row++)
            {
                for (var k = 0; k < Side; k++)
                {
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(
                        b.AsSpan(k * Side, Side), a[(row * Side) + k], c.AsSpan(row * Side, Side), c.AsSpan(row * Side, Side));
                }
            }

            operations += 2L * Side * Side * Side;
        }
        while (TimeProvider.System.GetElapsedTime(start) < Duration);
        return (long)(operations / TimeProvider.System.GetElapsedTime(start).TotalSeconds / 1e6);
    }
}
