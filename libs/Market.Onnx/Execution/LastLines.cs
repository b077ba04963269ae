using System.Text;

namespace Market.Onnx.Execution;

/// <summary>Drains a worker's standard error and keeps the end of it.</summary>
internal sealed class LastLines
{
    private const int Kept = 2048;
    private readonly byte[] _tail = new byte[2 * Kept];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _length;

    private LastLines()
    {
    }

    /// <summary>The last 2 KiB, control characters replaced.</summary>
    public string Text
    {
        get
        {
            lock (_tail)
            {
                var from = Math.Max(0, _length - Kept);
                var text = Encoding.UTF8.GetString(_tail, from, _length - from).Trim();
                return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
            }
        }
    }

    /// <summary>Done when the stream has ended.</summary>
    public Task Ended => _ended.Task;

    public static LastLines Of(Stream stream)
    {
        var lines = new LastLines();
        new Thread(() => lines.Drain(stream), maxStackSize: 128 << 10) { IsBackground = true, Name = "market-onnx stderr" }.Start();
        return lines;
    }

    private void Drain(Stream stream)
    {
        var buffer = new byte[Kept];
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                Keep(buffer.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The worker is being disposed of.
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void Keep(ReadOnlySpan<byte> more)
    {
        lock (_tail)
        {
            if (_length + more.Length > _tail.Length)
            {
                _tail.AsSpan(_length - Kept, Kept).CopyTo(_tail);
                _length = Kept;
            }

            more.CopyTo(_tail.AsSpan(_length));
            _length += more.Length;
        }
    }
}
