using Market.Index.Reading;
using Market.Protocol.Money;
using Market.Web.Components.Shared;

namespace Market.Web.Purchases;

/// <summary>What providers were paid for a task lately.</summary>
/// <param name="OfModel">Whether all of these jobs ran the model that was asked about: tasks of different models are different goods.</param>
/// <param name="Jobs">In how many jobs.</param>
/// <param name="Least">The least, in units.</param>
/// <param name="Middle">What half of the jobs paid at most, in units.</param>
/// <param name="Most">The most, in units.</param>
public sealed record MarketPrices(bool OfModel, int Jobs, double Least, double Middle, double Most)
{
    private const int Recent = 200;

    /// <summary>Looks at the newest jobs with a model that got a verdict with somebody paid, or at those of all models if there is none; null if there is none of these either.</summary>
    /// <param name="index">Knows them.</param>
    /// <param name="model">The model's root; null if contracts know none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<MarketPrices?> ReadAsync(IndexReader index, string? model, CancellationToken cancellationToken) =>
        (model is null ? null : await ReadAsync(index, new JobFilter { Model = model }, cancellationToken)) ?? await ReadAsync(index, new JobFilter(), cancellationToken);

    /// <summary>The reward of a whole job at the middle price.</summary>
    public Units Usual(int tasks) => new((ulong)Math.Clamp(Math.Ceiling(Middle * tasks), 1, long.MaxValue));

    /// <summary>In words, for a job of so many tasks.</summary>
    public string Says(int tasks)
    {
        var text = OfModel
            ? T[
                Jobs == 1
                    ? "In the last paid job with this model a provider got {1} to {2} {2:token|tokens} for a task, {3} in the middle: {4} for a job like this."
                    : "In the last {0} paid jobs with this model a provider got {1} to {2} {2:token|tokens} for a task, {3} in the middle: {4} for a job like this.",
                Jobs, Tokens(Least), Tokens(Most), Tokens(Middle), Usual(tasks)]
            : T[
                Jobs == 1
                    ? "In the last paid job a provider got {1} to {2} {2:token|tokens} for a task, {3} in the middle: {4} for a job like this."
                    : "In the last {0} paid jobs a provider got {1} to {2} {2:token|tokens} for a task, {3} in the middle: {4} for a job like this.",
                Jobs, Tokens(Least), Tokens(Most), Tokens(Middle), Usual(tasks)];
        return OfModel ? text : T["{0} They ran any model: of yours no paid job is known.", text];
    }

    /// <summary>A price of one task in tokens.</summary>
    public static string Tokens(double units) => Shown.Number(units / Units.PerToken, "#,0.#########");

    /// <summary>What a reward is for an hour of computing, in tokens to two digits; null if it cannot be told.</summary>
    /// <param name="reward">What a provider is paid for the whole job.</param>
    /// <param name="tasks">The job's tasks.</param>
    /// <param name="task">How long one takes.</param>
    public static string? AnHour(Units reward, int tasks, TimeSpan task)
    {
        var units = reward.Value / (tasks * task.TotalHours);
        return double.IsFinite(units) && units > 0 ? Roughly(units) : null;
    }

    /// <summary>What providers were paid for an hour of their work, in units; 0 if none is known.</summary>
    /// <param name="volume">What they were paid together, in units.</param>
    /// <param name="seconds">How long they worked together.</param>
    public static double OfHour(long volume, long seconds) => seconds == 0 ? 0 : volume / TimeSpan.FromSeconds(seconds).TotalHours;

    /// <summary>A price in tokens, to two digits, since it is known no better.</summary>
    public static string Roughly(double units)
    {
        var tokens = units / Units.PerToken;
        return Tokens(tokens > 0 ? Math.Round(tokens, Math.Clamp(1 - (int)Math.Floor(Math.Log10(tokens)), 0, 9)) * Units.PerToken : 0);
    }

    private static async Task<MarketPrices?> ReadAsync(IndexReader index, JobFilter filter, CancellationToken cancellationToken)
    {
        var page = await index.JobsAsync(filter, null, Recent, cancellationToken);
        var paid = page.Items.Where(j => j is { Volume: > 0, Tasks: > 0 }).Select(j => j.Price / (double)j.Tasks).Order().ToList();
        return paid.Count == 0 ? null : new MarketPrices(filter.Model is not null, paid.Count, paid[0], paid[(paid.Count - 1) / 2], paid[^1]);
    }
}
