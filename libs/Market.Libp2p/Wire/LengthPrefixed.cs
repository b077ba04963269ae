using System.Buffers;
using System.IO.Pipelines;

namespace Market.Libp2p.Wire;

/// <summary>Messages behind a varint of their length.</summary>
internal static class LengthPrefixed
{
    internal static byte[] Encode(ReadOnlySpan<byte> message)
    {
        Span<byte> length = stackalloc byte[Varint.MaxLength];
        return [.. length[..Varint.Write(length, (ulong)message.Length)], .. message];
    }

    /// <summary>Reads one message; null at the end of the stream, an exception in the middle of a message or above the bound.</summary>
    internal static async ValueTask<byte[]?> ReadAsync(PipeReader input, int longest, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryTake(result.Buffer, longest, out var message, out var consumed))
            {
                input.AdvanceTo(consumed);
                return message;
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return result.Buffer.IsEmpty ? null : throw Libp2pException.Violation("The stream ended inside a message.");
            }
        }
    }

    private static bool TryTake(ReadOnlySequence<byte> buffer, int longest, out byte[] message, out SequencePosition consumed)
    {
        (message, consumed) = ([], default);
        Span<byte> head = stackalloc byte[(int)Math.Min(buffer.Length, Varint.MaxLength)];
        buffer.Slice(0, head.Length).CopyTo(head);
        var n = Varint.Read(head, out var length);
        if (n < 0 || length > (ulong)longest)
        {
            throw Libp2pException.Violation($"A message claims {length} bytes, at most {longest} are accepted.");
        }

        if (n == 0 || (ulong)(buffer.Length - n) < length)
        {
            return false;
        }

        var body = buffer.Slice(n, (long)length);
        (message, consumed) = (body.ToArray(), body.End);
        return true;
    }
}
