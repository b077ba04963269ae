using Market.Index.Reading;
using Market.Protocol.Money;

namespace Market.Web.Api;

/// <summary>How much a model was used by jobs whose heads name it. Amounts are in units of 1e-9 token, as text; times in seconds since 1970.</summary>
/// <param name="Model">Its root.</param>
/// <param name="Name">What this server calls it, which has an app with it; null if none has. The chain knows no names.</param>
/// <param name="Jobs">Jobs posted.</param>
/// <param name="Judged">Jobs with a verdict.</param>
/// <param name="Disputed">Jobs whose verdict was contested.</param>
/// <param name="Tasks">Tasks of the jobs judged.</param>
/// <param name="Executions">Tasks that were executed and paid: each once for every accepted replica of its job.</param>
/// <param name="Volume">What providers were paid.</param>
/// <param name="WorkSeconds">How long providers worked at most, over all accepted seats of which the chain tells it: from the claim until all commitments were in.</param>
/// <param name="WorkVolume">What they were paid for these seats.</param>
/// <param name="LastUsed">When its newest job was posted.</param>
internal sealed record ModelView(
    string Model, string? Name, long Jobs, long Judged, long Disputed, long Tasks, long Executions, Units Volume, long WorkSeconds, Units WorkVolume, long LastUsed)
{
    public static ModelView Of(ModelLine model, ModelNames names) => new(
        model.Model, names.Of(model.Model), model.Jobs, model.Judged, model.Disputed, model.Tasks, model.Executions, new Units((ulong)model.Volume),
        model.WorkSeconds, new Units((ulong)model.WorkVolume), model.LastUsed);

    /// <summary>A model's root; null if the job names none, or it is not known yet.</summary>
    public static string? Named(string? model) => string.IsNullOrEmpty(model) ? null : model;
}
