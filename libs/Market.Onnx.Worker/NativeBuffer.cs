using System.Runtime.InteropServices;

namespace Market.Onnx.Worker;

/// <summary>A growing piece of native memory, aligned for vector instructions; the garbage collector never moves it.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Alignment = 64;
    private const int Kept = 16 << 20;
    private int _capacity;

    public byte* Address { get; private set; }

    /// <summary>Makes room for so many bytes, of unspecified content. Large buffers are not kept longer than needed.</summary>
    public Span<byte> Resize(int length)
    {
        if (length > _capacity || (_capacity > Kept && length <= Kept))
        {
            Dispose();
            _capacity = Math.Max(length, 4096);
            Address = (byte*)NativeMemory.AlignedAlloc((nuint)_capacity, Alignment);
        }

        return new Span<byte>(Address, length);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(Address);
        Address = null;
        _capacity = 0;
    }
}
