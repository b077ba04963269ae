using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Market.Onnx.Worker;

/// <summary>The pipes to the pool: descriptors 0 and 1, taken out of reach of stray prints.</summary>
internal static partial class Pipes
{
    private const int SetPipeSize = 1031; // F_SETPIPE_SZ, fcntl(2)

    public static (FileStream Input, FileStream Output) Take()
    {
        var output = Dup(1);
        _ = Dup2(2, 1);
        _ = Fcntl(0, SetPipeSize, 1 << 20);
        _ = Fcntl(output, SetPipeSize, 1 << 20);
        return (
            new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0),
            new FileStream(new SafeFileHandle(output, ownsHandle: true), FileAccess.Write, bufferSize: 0));
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Dup(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int descriptor, int command, int value);
}
