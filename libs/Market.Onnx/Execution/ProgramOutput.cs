namespace Market.Onnx.Execution;

/// <summary>What a confined program writes, up to a limit: beyond it the stream ends.</summary>
internal sealed class ProgramOutput(Stream pipe, long most) : Stream
{
    private long _total;

    /// <summary>Whether the program closed it.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether it wrote more than the limit.</summary>
    public bool IsTooMuch => _total > most;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (IsTooMuch || buffer.IsEmpty)
        {
            return 0;
        }

        var read = pipe.Read(buffer);
        _total += read;
        HasEnded = read == 0;
        return IsTooMuch ? 0 : read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
