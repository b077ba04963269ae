using Market.Index.Reading;
using Market.Protocol.Money;

namespace Market.Web.Api;

/// <summary>How much a model was used by jobs whose heads name it. Amounts are in units of 1e-9 token, as text; times in seconds since 1970.</summary>
/// <param name="Model">Its root.</param>
/// <param name="Jobs">Jobs posted.</param>
/// <param name="Judged">Jobs with a verdict.</param>
/// <param name="Disputed">Jobs whose verdict was contested.</param>
/// <param name="Tasks">Tasks of the jobs judged.</param>
/// <param name="Volume">What providers were paid.</param>
/// <param name="LastUsed">When its newest job was posted.</param>
internal sealed record ModelView(string Model, long Jobs, long Judged, long Disputed, long Tasks, Units Volume, long LastUsed)
{
    public static ModelView Of(ModelLine model) => new(model.Model, model.Jobs, model.Judged, model.Disputed, model.Tasks, new Units((ulong)model.Volume), model.LastUsed);

    /// <summary>A model's root; null if the job names none, or it is not known yet.</summary>
    public static string? Named(string? model) => string.IsNullOrEmpty(model) ? null : model;
}
