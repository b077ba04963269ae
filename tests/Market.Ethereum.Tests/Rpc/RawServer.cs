using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Market.Ethereum.Tests.Rpc;

/// <summary>An HTTP server that answers each request with the bytes that the test wrote, well-formed or not.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<string, Task<byte[]?>> _answer;
    private readonly Task _accepting;
    private int _requests;

    /// <param name="answer">Maps a request's body to the whole response, status line included; null closes the connection, empty stalls.</param>
    public RawServer(Func<string, byte[]?> answer)
        : this(request => Task.FromResult(answer(request)))
    {
    }

    public RawServer(Func<string, Task<byte[]?>> answer)
    {
        _answer = answer;
        _listener.Start();
        Uri = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/secret-access-key");
        _accepting = AcceptAsync();
    }

    public Uri Uri { get; }

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>A whole response with that body.</summary>
    public static byte[] Response(string body, int status = 200, string type = "application/json") => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (!_closing.IsCancellationRequested)
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException && _closing.IsCancellationRequested)
        {
            // The listener was stopped between two connections.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using var owned = connection;
        try
        {
            var stream = connection.GetStream();
            var request = await ReadRequestAsync(stream);
            Interlocked.Increment(ref _requests);
            var answer = await _answer(request);
            if (answer is { Length: 0 })
                await Task.Delay(Timeout.Infinite, _closing.Token);
            if (answer is not null)
                await stream.WriteAsync(answer, _closing.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client gave up, or the test is over: both are what such tests are about.
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _closing.Token);
            if (read == 0)
                throw new IOException("The client closed the connection.");
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var all = text.ToString();
            var end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && all.Length - end - 4 >= ContentLength(all[..end]))
                return all[(end + 4)..];
        }
    }

    private static int ContentLength(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
