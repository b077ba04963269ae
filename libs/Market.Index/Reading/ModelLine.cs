namespace Market.Index.Reading;

/// <summary>A model in a list: how much it was used by jobs whose heads name it. Amounts are in units.</summary>
/// <param name="Model">Its root.</param>
/// <param name="Jobs">Jobs posted.</param>
/// <param name="Judged">Jobs with a verdict.</param>
/// <param name="Disputed">Jobs whose verdict was contested.</param>
/// <param name="Tasks">Tasks of the jobs judged.</param>
/// <param name="Executions">Tasks that were executed and paid: each once for every accepted replica of its job.</param>
/// <param name="Volume">What providers were paid.</param>
/// <param name="WorkSeconds">How long providers worked at most, over all accepted seats of which the chain tells it.</param>
/// <param name="WorkVolume">What they were paid for these seats.</param>
/// <param name="LastUsed">When its newest job was posted, in seconds since 1970.</param>
public sealed record ModelLine(
    string Model, long Jobs, long Judged, long Disputed, long Tasks, long Executions, long Volume, long WorkSeconds, long WorkVolume, long LastUsed);
