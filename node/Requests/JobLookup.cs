using Market.Chain.State;
using Market.Cli;

namespace Market.Node.Requests;

/// <summary>Finds jobs by what people type.</summary>
public static class JobLookup
{
    private const int LeastDigits = 6;

    /// <summary>A job by its id or the beginning of it.</summary>
    /// <exception cref="FailureException">There is none, or more than one.</exception>
    public static JobRecord Find(MarketState state, string text)
    {
        var found = text.Length >= LeastDigits
            ? state.Jobs.Values.Where(j => j.Id.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)).Take(2).ToList()
            : throw new FailureException($"'{text}' is too short for a job's id, expected 0x and 64 digits, or at least {LeastDigits} characters of it.");
        return found.Count switch
        {
            1 => found[0],
            0 => throw new FailureException($"No job '{text}' among {state.Jobs.Count} on chain."),
            _ => throw new FailureException($"More than one job begins with '{text}'."),
        };
    }
}
