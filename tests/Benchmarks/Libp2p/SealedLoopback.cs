using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Market.Benchmarks.Libp2p;

/// <summary>The least that a secure stream must do: ChaCha20-Poly1305 over loopback TCP in frames of 64 KiB, a thread at each end.</summary>
internal static class SealedLoopback
{
    private const int FrameSize = 64 << 10;
    private const int TagSize = 16;
    private static readonly byte[] Key = new byte[32];

    /// <summary>Seconds in which so many bytes arrive and are decrypted.</summary>
    public static async Task<double> SendAsync(long bytes)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await sender.ConnectAsync(listener.LocalEndPoint!);
        using var receiver = await listener.AcceptAsync();
        return await Paired.TimeAsync(() => Task.WhenAll(OnThread(() => Seal(sender, bytes)), OnThread(() => Open(receiver, bytes))));
    }

    private static Task OnThread(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Seal(Socket socket, long bytes)
    {
        using var aead = new ChaCha20Poly1305(Key);
        var (frame, nonce) = (new byte[FrameSize + TagSize], new byte[12]);
        for (; bytes > 0; bytes -= FrameSize)
        {
            aead.Encrypt(Next(nonce), frame.AsSpan(0, FrameSize), frame.AsSpan(0, FrameSize), frame.AsSpan(FrameSize));
            for (var sent = 0; sent < frame.Length;)
            {
                sent += socket.Send(frame.AsSpan(sent));
            }
        }
    }

    private static void Open(Socket socket, long bytes)
    {
        using var aead = new ChaCha20Poly1305(Key);
        var (frame, nonce) = (new byte[FrameSize + TagSize], new byte[12]);
        for (; bytes > 0; bytes -= FrameSize)
        {
            for (var received = 0; received < frame.Length;)
            {
                received += socket.Receive(frame.AsSpan(received));
            }

            aead.Decrypt(Next(nonce), frame.AsSpan(0, FrameSize), frame.AsSpan(FrameSize), frame.AsSpan(0, FrameSize));
        }
    }

    private static byte[] Next(byte[] nonce)
    {
        BitConverter.TryWriteBytes(nonce.AsSpan(4), BitConverter.ToUInt64(nonce, 4) + 1);
        return nonce;
    }
}
