using Market.Content.Storage;

namespace Market.Content.Chunks;

/// <summary>Reads a stored blob from anywhere, one verified chunk at a time.</summary>
internal sealed class BlobStream(BlobStore store, long length, IReadOnlyList<BlockDigest> chunks) : Stream
{
    private byte[] _chunk = [];
    private int _index = -1;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.IsEmpty)
        {
            return 0;
        }

        var (index, offset) = Math.DivRem(_position, Manifest.ChunkBytes);
        if (index != _index)
        {
            _chunk = await store.ReadBlockAsync(chunks[(int)index], cancellationToken).ConfigureAwait(false);
            _index = (int)index;
        }

        return Take(buffer.Span, (int)offset);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= length || buffer.IsEmpty)
        {
            return 0;
        }

        var (index, offset) = Math.DivRem(_position, Manifest.ChunkBytes);
        if (index != _index)
        {
            _chunk = store.ReadBlock(chunks[(int)index]);
            _index = (int)index;
        }

        return Take(buffer, (int)offset);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Take(Span<byte> buffer, int offset)
    {
        var count = Math.Min(buffer.Length, _chunk.Length - offset);
        _chunk.AsSpan(offset, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
