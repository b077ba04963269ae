using System.Net.Sockets;
using System.Text;

#pragma warning disable CA1050 // The runtime looks for exactly this name, outside any namespace.

/// <summary>
/// Loaded by the runtime into a web server that is measured (<c>DOTNET_STARTUP_HOOKS</c>): collects its garbage when asked by a socket,
/// and answers with the bytes that are left.
/// </summary>
internal static class StartupHook
{
    /// <summary>Names the socket's path.</summary>
    public const string Variable = "MARKET_BENCHMARK_HEAP";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen();
            new Thread(() => Serve(socket)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket)
    {
        while (true)
        {
            using var asked = socket.Accept();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            asked.Send(Encoding.UTF8.GetBytes($"{GC.GetTotalMemory(forceFullCollection: false)}"));
        }
    }
}
