using Market.Chain;
using Market.Ethereum.Keys;
using Market.Jobs.Peers;
using Market.Protocol.Money;

namespace Market.Node.Providers;

/// <summary>Takes what the owner of this node's stake signs for it, whoever brings it.</summary>
/// <param name="peer">The node.</param>
/// <param name="journal">Keeps it.</param>
/// <param name="ordered">The least reward by which the node was started: then its owner's setting is not taken.</param>
public sealed class OwnersWish(PeerNode peer, ProviderJournal journal, Units? ordered)
{
    /// <summary>By how many seconds the chain's time at the signature may differ from now.</summary>
    private const ulong Life = 3600;

    private readonly Lock _lock = new();

    /// <summary>Takes a setting; says why not, or null.</summary>
    public string? Take(OwnerSetting setting, Signature signature)
    {
        ArgumentNullException.ThrowIfNull(setting);
        lock (_lock)
        {
            var reason = Refusal(setting, signature);
            if (reason is null)
            {
                journal.Keep(setting);
                peer.Log($"The owner set the least reward for a seat to {setting.LeastReward} tokens.");
            }

            return reason;
        }
    }

    private string? Refusal(OwnerSetting setting, Signature signature)
    {
        var now = peer.Follower.State.Time;
        return ordered is { } least ? $"It was started with --least-reward {least}. Start it without, and it takes what is set here."
            : peer.Stake is not { } stake || setting.SignerOf(peer.Deployment, signature) is not { } signer ? "Its stake has no owner, or the signature is none."
            : signer != stake.Owner ? $"{signer} signed it, expected {stake.Owner}, who owns the stake."
            : Math.Max(now, setting.SignedAt) - Math.Min(now, setting.SignedAt) > Life ? $"It was signed at {setting.SignedAt} of the chain's time, expected within {Life} seconds of {now}."
            : setting.SignedAt <= journal.OwnerSet().SignedAt ? "It holds one that was signed at the same time or later. Sign again after the next block."
            : null;
    }
}
