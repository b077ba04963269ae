using System.Buffers;
using System.Buffers.Binary;
using Market.Libp2p;

namespace Market.Benchmarks.Libp2p;

/// <summary>A node of ours that answers as tests/Interop/libp2p/peer.mjs does, and what a dialler does with either.</summary>
internal static class Libp2pPeer
{
    private const int BlockSize = 64 << 10;

    // One machine dials again and again: the limits per peer and address are not what is measured.
    private static readonly ResourceLimits Roomy = ResourceLimits.Default with { ConnectionsPerPeer = 64, ConnectionsPerAddress = 256, HandshakesPerAddress = 64 };

    public static Task<Node> StartAsync(params string[] listen) =>
        Node.StartAsync(new NodeOptions(Identity.GenerateSecp256k1()) { Listen = [.. listen.Select(Multiaddr.Parse)], Limits = Roomy });

    /// <summary>Says the address, then serves until the input ends.</summary>
    public static async Task ServeAsync()
    {
        await using var node = await StartAsync("/ip4/127.0.0.1/tcp/0");
        node.Handle("/echo/1", (stream, stop) => stream.Input.CopyToAsync(stream.Output, stop));
        node.Handle("/sink/1", SinkAsync);
        Console.WriteLine(node.Addresses[0]);
        await Console.In.ReadToEndAsync();
    }

    /// <summary>Seconds in which a stream takes so many bytes to the other end, whose count ends it.</summary>
    public static async Task<double> ThroughputAsync(Node node, Multiaddr address, long bytes)
    {
        var peer = await node.DialAsync(address);
        await using var stream = await node.OpenAsync(peer, ["/sink/1"]);
        var block = new byte[BlockSize];
        return await Paired.TimeAsync(async () =>
        {
            for (var left = bytes; left > 0; left -= BlockSize)
            {
                await stream.Output.WriteAsync(block);
            }

            await stream.CloseWriteAsync();
            var answer = await stream.Input.ReadAtLeastAsync(8);
            var counted = BinaryPrimitives.ReadInt64BigEndian(answer.Buffer.Slice(0, 8).ToArray());
            stream.Input.AdvanceTo(answer.Buffer.End);
            if (counted != bytes)
            {
                throw new InvalidDataException($"The other end counted {counted} bytes, {bytes} were sent.");
            }
        });
    }

    /// <summary>Seconds for so many connections, one after the other, each with a handshake of its own.</summary>
    public static async Task<double> HandshakesAsync(Node node, Multiaddr address, int count)
    {
        await node.DisconnectAsync(address.PeerId!);
        return await Paired.TimeAsync(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                await node.DisconnectAsync(await node.DialAsync(address));
            }
        });
    }

    /// <summary>Seconds of each of so many round trips of 32 bytes on one open stream, shortest first.</summary>
    public static async Task<double[]> EchoAsync(Node node, Multiaddr address, int count)
    {
        var peer = await node.DialAsync(address);
        await using var stream = await node.OpenAsync(peer, ["/echo/1"]);
        var message = new byte[32];
        var times = new double[count];
        for (var i = -1; i < count; i++)
        {
            var seconds = await Paired.TimeAsync(async () =>
            {
                await stream.Output.WriteAsync(message);
                var answer = await stream.Input.ReadAtLeastAsync(message.Length);
                stream.Input.AdvanceTo(answer.Buffer.End);
            });

            // The first agrees on the protocol too.
            times[Math.Max(0, i)] = seconds;
        }

        return [.. times.Order()];
    }

    private static async Task SinkAsync(PeerStream stream, CancellationToken stop)
    {
        var count = new byte[8];
        for (var (total, ended) = (0L, false); !ended;)
        {
            var read = await stream.Input.ReadAsync(stop);
            total += read.Buffer.Length;
            ended = read.IsCompleted;
            stream.Input.AdvanceTo(read.Buffer.End);
            BinaryPrimitives.WriteInt64BigEndian(count, total);
        }

        await stream.Output.WriteAsync(count, stop);
    }
}
