using System.Diagnostics;

namespace Market.Ethereum.Tests;

/// <summary>A disk of its own with little room, to be full when a test wants it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filling => Path.Combine(Folder, "filling");

    /// <summary>Mounts it; skips the test where that is not allowed.</summary>
    public static SmallDisk Mount(string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Mounting a small disk needs root on Linux.");
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("disk-").FullName);
        using var mount = Process.Start("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk.Folder]);
        mount.WaitForExit();
        Assert.SkipUnless(mount.ExitCode == 0, "This system does not allow mounts.");
        return disk;
    }

    /// <summary>Takes all room that is left but for some bytes of the last page.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filling, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // The disk is full, as wanted.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(Filling);

    public void Dispose()
    {
        using var unmount = Process.Start("umount", [Folder]);
        unmount.WaitForExit();
        Directory.Delete(Folder);
    }
}
