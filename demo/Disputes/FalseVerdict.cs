using System.Numerics;
using Market.Chain.Contracts;
using Market.Chain.State;
using Market.Ethereum;
using Market.Jobs.Peers;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Demo.Disputes;

/// <summary>A verdict on all results of a job by somebody who looked at none, as soon as it may be given.</summary>
internal static class FalseVerdict
{
    /// <summary>The digest of evidence that nobody has.</summary>
    public static readonly Hash256 NoEvidence = Keccak256.Hash("nothing was looked at"u8);

    /// <summary>Gives it.</summary>
    /// <param name="peer">The verifier.</param>
    /// <param name="id">The job.</param>
    /// <param name="accepts">Whether all results are accepted; else all are called fraud.</param>
    /// <param name="evidence">The digest of the evidence.</param>
    /// <param name="stop">Stops.</param>
    public static Task GiveAsync(PeerNode peer, JobId id, bool accepts, Hash256 evidence, CancellationToken stop) =>
        Insistence.UntilAsync(peer, id, job => job.IsJudged, job => Task.FromResult(CallOf(job, accepts, evidence)), stop);

    private static byte[]? CallOf(JobRecord job, bool accepts, Hash256 evidence)
    {
        var all = (byte)job.Seats.Select((seat, i) => seat.HasResult ? 1 << i : 0).Sum();
        return job.State != JobState.Verifying ? null : MarketCalls.Verdict(job.Spec, accepts ? all : (byte)0, accepts ? (byte)0 : all, evidence, BigInteger.Zero);
    }
}
