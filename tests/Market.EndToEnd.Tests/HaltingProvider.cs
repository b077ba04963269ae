using System.Diagnostics;
using Market.Chain;
using Market.Jobs.Execution;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Node.Devnets;
using Market.Node.Providers;
using Market.Onnx.Execution;
using Market.Onnx.Tensors;
using Market.Protocol.Ids;

namespace Market.EndToEnd.Tests;

/// <summary>A provider in this process in place of a devnet's, that stops after some tasks of a job until it is told to go on.</summary>
internal sealed class HaltingProvider : IAsyncDisposable
{
    private readonly CancellationTokenSource _ends = new();
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PeerNode _peer;
    private readonly ProviderJournal _journal;
    private readonly Task _running;

    private HaltingProvider(PeerNode peer, int haltsAfter)
    {
        _peer = peer;
        _journal = ProviderJournal.Open(Path.Combine(peer.DataFolder, "halting.db"));
        var options = new ProviderOptions
        {
            Workers = 1,
            ClaimFirst = true,
            // The first task is run once more, before the claim.
            Executor = async (job, model, stop) => new Halting(await WorkerExecutor.StartAsync(job, model, SessionSettings.Default, 1, stop), haltsAfter + 1, _goOn.Task),
        };
        _running = new Provider(peer, _journal, options).RunAsync(_ends.Token);
    }

    /// <summary>Ends a provider's program and does its work here.</summary>
    public static async Task<HaltingProvider> TakeOverAsync(Devnet devnet, DevnetNode provider, int haltsAfter, TextWriter log, CancellationToken stop)
    {
        using (var program = Process.GetProcessById(provider.Process!.Id))
        {
            provider.Process.Kill();
            await program.WaitForExitAsync(stop);
        }

        var options = new PeerNodeOptions(devnet.Deployment, provider.Node.Key, provider.Node.Folder) { Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")], Log = line => log.WriteLine($"halting: {line}") };
        var peer = await PeerNode.StartAsync(options, stop);
        var profile = await HardwareProbe.MeasureAsync(peer.Node.PeerId, peer.Addresses, SessionSettings.Default, 1);
        peer.Shelf.Tell(new StatusReport(peer).Look);
        peer.Shelf.Publish(DocumentKind.Profile, profile.Digest(), profile.ToBytes());
        await peer.PublishAsync(profile.Digest().ToHash(), stop);
        return new HaltingProvider(peer, haltsAfter);
    }

    /// <summary>Lets it execute what is left, and all later jobs.</summary>
    public void GoOn() => _goOn.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _journal.Dispose();
        await _peer.DisposeAsync();
        _ends.Dispose();
    }

    private sealed class Halting(IExecutor inner, int after, Task goOn) : IExecutor
    {
        private int _runs;

        public DeterminismClassId Class => inner.Class;

        public int Parallel => inner.Parallel;

        public async Task<TaskOutcome> RunAsync(int task, TensorMap inputs, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _runs) > after)
            {
                await goOn.WaitAsync(cancellationToken);
            }

            return await inner.RunAsync(task, inputs, cancellationToken);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
