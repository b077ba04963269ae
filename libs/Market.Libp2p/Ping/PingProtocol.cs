using System.Buffers;
using System.Security.Cryptography;

namespace Market.Libp2p.Ping;

/// <summary>Echoes blocks of 32 bytes, and measures the time until its own come back.</summary>
/// <remarks>https://github.com/libp2p/specs/blob/master/ping/ping.md</remarks>
internal static class PingProtocol
{
    internal const string Protocol = "/ipfs/ping/1.0.0";
    private const int Size = 32;

    internal static async Task AnswerAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await stream.Input.ReadAtLeastAsync(Size, cancellationToken).ConfigureAwait(false);
            if (result.Buffer.Length < Size)
            {
                return;
            }

            var block = result.Buffer.Slice(0, Size);
            var copy = block.ToArray();
            stream.Input.AdvanceTo(block.End);
            await stream.Output.WriteAsync(copy, cancellationToken).ConfigureAwait(false);
        }
    }

    internal static async Task<TimeSpan> MeasureAsync(PeerStream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        var sent = RandomNumberGenerator.GetBytes(Size);
        var start = time.GetTimestamp();
        await stream.Output.WriteAsync(sent, cancellationToken).ConfigureAwait(false);
        var result = await stream.Input.ReadAtLeastAsync(Size, cancellationToken).ConfigureAwait(false);
        var elapsed = time.GetElapsedTime(start);
        var same = result.Buffer.ToArray().AsSpan().SequenceEqual(sent);
        stream.Input.AdvanceTo(result.Buffer.End);
        await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        return same ? elapsed : throw Libp2pException.Violation($"Peer {stream.Remote} answered a ping with other bytes.");
    }
}
