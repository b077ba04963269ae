using System.Buffers;
using System.IO.Pipelines;

namespace Market.Content.Exchange;

/// <summary>Reads an exact number of bytes from a pipe.</summary>
internal static class PipeReading
{
    /// <summary>Fills <paramref name="buffer"/>; false if the data ended before its first byte.</summary>
    /// <exception cref="EndOfStreamException">The data ended in the middle.</exception>
    public static async ValueTask<bool> TryFillAsync(this PipeReader reader, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length - filled));
            part.CopyTo(buffer.Span[filled..]);
            filled += (int)part.Length;
            reader.AdvanceTo(part.End);
            if (result.IsCompleted && part.IsEmpty)
            {
                return filled == 0 ? false : throw new EndOfStreamException($"The stream ended after {filled} of {buffer.Length} bytes.");
            }
        }

        return true;
    }

    /// <summary>Fills <paramref name="buffer"/>.</summary>
    /// <exception cref="EndOfStreamException">The data ended before.</exception>
    public static async ValueTask FillAsync(this PipeReader reader, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!buffer.IsEmpty && !await reader.TryFillAsync(buffer, cancellationToken).ConfigureAwait(false))
        {
            throw new EndOfStreamException($"The stream ended, expected {buffer.Length} more bytes.");
        }
    }
}
