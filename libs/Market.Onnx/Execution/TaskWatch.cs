using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Market.Onnx.Execution;

/// <summary>Kills a worker whose task runs out of wall or processor time.</summary>
/// <remarks>
/// Processor time is read from the kernel, not asked of the worker. With n threads it cannot run out sooner than after 1/n of it
/// on the clock, so a task that ends early costs no look at all.
/// </remarks>
internal sealed class TaskWatch : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private readonly Lock _gate = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly SafeFileHandle? _stat;
    private readonly Action _kill;
    private readonly ITimer _timer;
    private TimeSpan _wall;
    private TimeSpan _cpu;
    private TimeSpan _cpuAtStart;
    private int _threads;
    private long _started;
    private bool _running;

    /// <summary>Watches the process with this id on the host.</summary>
    public TaskWatch(int processId, Action kill)
    {
        _kill = kill;
        _timer = _time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            _stat = File.OpenHandle($"/proc/{processId}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _stat = null; // already gone: its pipes say so
        }
    }

    /// <summary>Which bound ended the task, and what was found, in milliseconds.</summary>
    public (WorkerLimit Limit, long Found, long Allowed)? Exceeded { get; private set; }

    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    public void Start(TimeSpan wall, TimeSpan cpu, int threads)
    {
        lock (_gate)
        {
            (_wall, _cpu, _threads) = (wall, cpu, threads);
            _started = _time.GetTimestamp();
            _cpuAtStart = CpuTime();
            _running = true;
            Arm(TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _running = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        Stop();
        _timer.Dispose();
        lock (_gate)
        {
            _stat?.Dispose();
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            if (!_running)
            {
                return;
            }

            var elapsed = _time.GetElapsedTime(_started);
            var used = CpuTime() - _cpuAtStart;
            if (elapsed >= _wall)
            {
                Exceed(WorkerLimit.WallTime, elapsed, _wall);
            }
            else if (used >= _cpu)
            {
                Exceed(WorkerLimit.CpuTime, used, _cpu);
            }
            else
            {
                Arm(elapsed, used);
            }
        }
    }

    private void Exceed(WorkerLimit limit, TimeSpan found, TimeSpan allowed)
    {
        _running = false;
        Exceeded = (limit, (long)found.TotalMilliseconds, (long)allowed.TotalMilliseconds);
        _kill();
    }

    private void Arm(TimeSpan elapsed, TimeSpan used)
    {
        var wall = _wall - elapsed;
        var cpu = (_cpu - used) / _threads;
        var due = wall < cpu ? wall : cpu;
        _timer.Change(due < Tick ? Tick : due, Timeout.InfiniteTimeSpan);
    }

    // proc_pid_stat(5): fields 14 and 15, in ticks of which every Linux ABI shows 100 a second.
    private TimeSpan CpuTime()
    {
        if (_stat is null)
        {
            return TimeSpan.Zero;
        }

        Span<byte> line = stackalloc byte[1024];
        try
        {
            var text = Encoding.ASCII.GetString(line[..RandomAccess.Read(_stat, line, 0)]);
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return ticks * Tick;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return TimeSpan.Zero;
        }
    }
}
