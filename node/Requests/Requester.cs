using System.Globalization;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Libp2p;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Node.Requests;

/// <summary>Posts jobs and stays reachable for those who take them.</summary>
public sealed class Requester(PeerNode peer)
{
    private const int MostDialled = 64;
    private const ulong HeadStart = 2;

    /// <summary>What a package costs with an order, as it will be posted.</summary>
    public Protocol.Jobs.JobSpec SpecOf(JobPackage package, JobOrder order) => new()
    {
        Bundle = new ContentDigest(package.Id.DigestBytes()),
        Tasks = package.Bundle.Tasks,
        Replicas = order.Replicas,
        Reward = order.Reward,
        VerifierFee = order.VerifierFee,
        Cover = order.Cover,
        Check = order.Check,
        Audit = order.Audit,
        BundleBytes = package.TotalBytes,
        OutputBytes = checked(package.Bundle.Limits.OutputBytes * package.Bundle.Tasks),
        Terms = order.Terms ?? peer.Deployment.Terms,
    };

    /// <summary>Pays what the job needs into the market, posts it, and offers its data.</summary>
    /// <exception cref="MarketRefusedException">The contract refuses.</exception>
    /// <exception cref="Ethereum.EthereumException">The account has too few tokens.</exception>
    public async Task<JobRecord> PostAsync(JobPackage package, Protocol.Jobs.JobSpec spec, CancellationToken cancellationToken)
    {
        var account = peer.Account;
        var nonce = await account.Contract.NonceOfAsync(account.Address, cancellationToken).ConfigureAwait(false);
        await Credit.FillAsync(peer, spec.Escrow(), $"{nonce}", cancellationToken).ConfigureAwait(false);
        peer.Shelf.Publish(package.Blobs);
        var posted = spec.ToContract(account.Address, nonce);
        var id = await account.Contract.JobIdOfAsync(posted, cancellationToken).ConfigureAwait(false);
        await account.SendAsync($"post:{nonce}", MarketCalls.Post(posted), cancellationToken).ConfigureAwait(false);
        var state = await peer.Follower.WaitAsync(s => s.Job(id) is not null, cancellationToken).ConfigureAwait(false);
        return state.Job(id)!;
    }

    /// <summary>Contests a verdict, and pays in first what credit lacks for the bond; a node's is taken from its stake.</summary>
    /// <param name="job">The job.</param>
    /// <param name="subject">A seat, or the verifier.</param>
    /// <param name="task">At which task.</param>
    /// <param name="bond">What the contract takes for it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The job, contested.</returns>
    /// <exception cref="MarketRefusedException">The contract refuses.</exception>
    /// <exception cref="Ethereum.EthereumException">The account has too few tokens.</exception>
    public async Task<JobRecord> ChallengeAsync(JobRecord job, byte subject, uint task, Units bond, CancellationToken cancellationToken)
    {
        var intent = string.Create(CultureInfo.InvariantCulture, $"challenge:{job.Id}:{subject}:{task}");
        if (peer.Stake is null)
        {
            await Credit.FillAsync(peer, bond, intent, cancellationToken).ConfigureAwait(false);
        }

        var receipt = await peer.Account.SendAsync(intent, MarketCalls.Challenge(job.Spec, subject, task), cancellationToken).ConfigureAwait(false);
        var state = await peer.Follower.WaitAsync(s => s.Block >= receipt.BlockNumber, cancellationToken).ConfigureAwait(false);
        return state.Job(job.Id)!;
    }

    /// <summary>Keeps in touch with those who may take the job, and moves it on when its time is over, until it is over.</summary>
    /// <param name="id">The job.</param>
    /// <param name="changed">Told of every state in which something about the job changed.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<JobRecord> AttendAsync(JobId id, Action<JobRecord> changed, CancellationToken cancellationToken)
    {
        var dialling = new Dictionary<uint, Task>();
        JobRecord? told = null;
        while (true)
        {
            var state = peer.Follower.State;
            if (state.Job(id) is { } job)
            {
                if (told is null || !job.Equals(told))
                {
                    changed(told = job);
                }

                if (job.IsOver)
                {
                    return job;
                }

                Dial(state, dialling, cancellationToken);
                await peer.KeepAsync(job, state.Time - HeadStart, cancellationToken).ConfigureAwait(false);
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A job's data is fetched over connections that we open, so that a requester needs no address of its own.</summary>
    private void Dial(MarketState state, Dictionary<uint, Task> dialling, CancellationToken cancellationToken)
    {
        var connected = peer.Node.Peers.Select(p => PeerAccounts.AccountOf(p.Peer)).ToHashSet();
        foreach (var stake in state.Stakes.Values.Where(s => !s.Slashed && !connected.Contains(s.NodeKey)).Take(MostDialled))
        {
            if (dialling.TryGetValue(stake.Id, out var running) && !running.IsCompleted)
            {
                continue;
            }

            if (PeerAccounts.Find(peer.Node, state, stake.NodeKey) is { } found && found != peer.Node.PeerId)
            {
                dialling[stake.Id] = DialAsync(found, cancellationToken);
            }
        }
    }

    private async Task DialAsync(PeerId found, CancellationToken cancellationToken)
    {
        try
        {
            await peer.Node.DialAsync(found, cancellationToken).ConfigureAwait(false);
        }
        catch (Libp2pException)
        {
            // It is tried again with a later block.
        }
    }
}
