using System.Globalization;
using Market.Chain;
using Market.Jobs.Peers;
using Market.Protocol.Ids;
using Market.Protocol.Jobs;

namespace Market.Node.Requests;

/// <summary>How far providers say they are with a job: a line for each whenever it is a tenth further.</summary>
internal static class ProgressLines
{
    private const long Parts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Asks for as long as the job may be executed, and tells.</summary>
    /// <param name="node">Who asks.</param>
    /// <param name="follower">Knows how far the job is.</param>
    /// <param name="id">The job.</param>
    /// <param name="tell">Gets the lines.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task FollowAsync(Libp2p.Node node, MarketFollower follower, JobId id, Action<string> tell, CancellationToken cancellationToken)
    {
        var told = new Dictionary<uint, long>();
        while (follower.State is var state && state.Job(id) is { State: JobState.Open or JobState.Running } job)
        {
            for (var seat = 0; seat < job.Seats.Length; seat++)
            {
                var provider = job.Seats[seat].Provider;
                if (await ProgressLookup.FindAsync(node, state, job, seat, cancellationToken).ConfigureAwait(false) is { } progress && progress.Done * Parts / progress.Tasks is var part && part != told.GetValueOrDefault(provider, -1))
                {
                    told[provider] = part;
                    tell(string.Create(CultureInfo.InvariantCulture, $"provider {provider}: {progress.Done} of {progress.Tasks} tasks, as its node says"));
                }
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
