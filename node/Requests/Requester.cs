using System.Globalization;
using Market.Chain;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Jobs.Packaging;
using Market.Jobs.Peers;
using Market.Protocol.Ids;
using Market.Protocol.Money;

namespace Market.Node.Requests;

/// <summary>Posts jobs and stays reachable for those who take them.</summary>
public sealed class Requester(PeerNode peer)
{
    private const ulong HeadStart = 2;

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
        var reach = new Reach(peer);
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

                reach.Dial(state, cancellationToken);
                await peer.KeepAsync(job, state.Time - HeadStart, cancellationToken).ConfigureAwait(false);
            }

            await peer.Follower.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }
}
