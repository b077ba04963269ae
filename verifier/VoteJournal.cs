using Market.Ethereum;
using Market.Jobs;
using Market.Jobs.Disputes;
using Market.Protocol.Ids;

namespace Market.Verifier;

/// <summary>Votes on disk before they are committed to, so that after a crash at any moment the same vote is opened.</summary>
/// <remarks>A vote cannot always be computed again: what peers show may have changed. Its salt is derived from the node's secret.</remarks>
/// <param name="folder">Where they are.</param>
internal sealed class VoteJournal(string folder)
{
    private static readonly int Bytes = 1 + Hash256.Size;

    /// <summary>The vote of an earlier process, or null.</summary>
    /// <exception cref="JobException">The file is damaged.</exception>
    public (byte Wrong, Hash256 Digest)? Find(JobId job, byte round)
    {
        var path = PathOf(job, round);
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        return bytes.Length == Bytes ? (bytes[0], new Hash256(bytes.AsSpan(1))) : throw new JobException($"'{path}' has {bytes.Length} bytes, expected {Bytes}.");
    }

    /// <summary>Keeps a vote.</summary>
    public (byte Wrong, Hash256 Digest) Keep(JobId job, byte round, JurorVote vote)
    {
        var path = PathOf(job, round);
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            file.WriteByte(vote.Wrong);
            file.Write(vote.Digest.ToArray());
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        return (vote.Wrong, new Hash256(vote.Digest.ToArray()));
    }

    private string PathOf(JobId job, byte round) => Path.Combine(Directory.CreateDirectory(folder).FullName, $"{job}-{round}");
}
