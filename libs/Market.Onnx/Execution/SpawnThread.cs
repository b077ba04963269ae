using System.Collections.Concurrent;
using System.Diagnostics;

namespace Market.Onnx.Execution;

/// <summary>The one thread that starts workers.</summary>
/// <remarks>
/// The kernel sends a parent-death signal when the <em>thread</em> that forked ends (prctl(2), PR_SET_PDEATHSIG), and threads of
/// the pool end when they are idle. This one lives as long as the process.
/// </remarks>
internal static class SpawnThread
{
    private static readonly BlockingCollection<Action> Work = Begin();

    /// <summary>Starts a process whose parent-death signal follows the life of this process.</summary>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
            {
                started.SetException(new WorkerException($"Cannot start '{start.FileName}': {e.Message}", e));
            }
        });
        return started.Task;
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>(boundedCapacity: 1024);
        new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        { IsBackground = true, Name = "market-onnx spawn" }.Start();
        return work;
    }
}
