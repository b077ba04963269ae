using System.Linq.Expressions;
using Market.Index.Rows;
using Market.Protocol.Jobs;

namespace Market.Index.Reading;

/// <summary>A job in a list. Amounts are in units, times in seconds since 1970.</summary>
/// <param name="Number">How many jobs were posted with and before it: what lists are sorted by.</param>
/// <param name="Id">Its id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Requester">Who posted it.</param>
/// <param name="Bundle">SHA-256 of its bundle.</param>
/// <param name="Tasks">How many tasks.</param>
/// <param name="Replicas">How many providers execute each.</param>
/// <param name="Price">What an accepted seat is paid.</param>
/// <param name="Volume">What accepted seats were paid together.</param>
/// <param name="Verifier">Who gave the verdict; 0 for nobody.</param>
/// <param name="Disputed">Whether anybody contested the verdict.</param>
/// <param name="PostedAt">When it was posted.</param>
/// <param name="StartedAt">When its last seat was taken.</param>
/// <param name="JudgedAt">When the verdict came.</param>
/// <param name="Model">The root of its model; nothing if its head names none, null while nobody served the head.</param>
/// <param name="WorkSeconds">How long providers worked at most, over all accepted seats of which the chain tells it.</param>
/// <param name="WorkVolume">What they were paid for these seats.</param>
public sealed record JobLine(
    long Number, string Id, JobState State, string Requester, string Bundle, int Tasks, int Replicas, long Price, long Volume, long Verifier,
    bool Disputed, long PostedAt, long? StartedAt, long? JudgedAt, string? Model, long WorkSeconds, long WorkVolume)
{
    internal static Expression<Func<JobRow, JobLine>> Of { get; } = j => new JobLine(
        j.Number, j.Id, j.State, j.Requester, j.Bundle, j.Tasks, j.Replicas, j.Price, j.Volume, j.Verifier, j.Disputed, j.PostedAt, j.StartedAt, j.JudgedAt, j.Model, j.WorkSeconds, j.WorkVolume);
}
