using Market.Jobs;
using Market.Jobs.Peers;
using Market.Jobs.Results;
using Market.Jobs.Verification;
using Market.Protocol.Ids;

namespace Market.Verifier;

/// <summary>What a verifier judged stays to be had from it while the verdict can be contested, over restarts too: a provider might withhold it later.</summary>
internal static class JudgedReplicas
{
    /// <summary>Offers replicas, and remembers their manifests; outputs are in the store.</summary>
    public static void Keep(PeerNode peer, JobId job, IEnumerable<Replica> replicas)
    {
        var folder = Folder(peer);
        foreach (var replica in replicas)
        {
            if (replica.Outputs?.Manifest is { } manifest)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{job}-{replica.Seat}"), manifest.ToBytes());
                peer.Shelf.Offer(job, manifest);
            }
        }
    }

    /// <summary>Offers again what an earlier process kept, and forgets jobs that are over.</summary>
    public static void OfferAgain(PeerNode peer)
    {
        foreach (var path in Directory.EnumerateFiles(Folder(peer)))
        {
            var text = Path.GetFileName(path).Split('-')[0];
            if (JobId.TryParse(text, out var id) && peer.Follower.State.Job(id) is { IsOver: false } job && Read(path, (int)job.Spec.Tasks) is { } manifest)
            {
                peer.Shelf.Offer(id, manifest);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    private static string Folder(PeerNode peer) => Directory.CreateDirectory(Path.Combine(peer.DataFolder, "judged")).FullName;

    private static ResultManifest? Read(string path, int tasks)
    {
        try
        {
            return ResultManifest.Read(File.ReadAllBytes(path), tasks);
        }
        catch (JobException)
        {
            // Cut off by a crash while it was written.
            return null;
        }
    }
}
