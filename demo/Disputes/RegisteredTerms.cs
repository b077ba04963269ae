using Market.Chain.Contracts;
using Market.Jobs.Peers;

namespace Market.Demo.Disputes;

/// <summary>Terms of a market that this process runs.</summary>
internal static class RegisteredTerms
{
    /// <summary>Registers terms and returns their number.</summary>
    public static async Task<uint> OfAsync(PeerNode peer, Terms terms, CancellationToken stop)
    {
        await peer.Account.SendAsync("terms", MarketCalls.RegisterTerms(terms), stop).ConfigureAwait(false);
        var state = await peer.Follower.WaitAsync(s => s.Terms.ContainsValue(terms), stop).ConfigureAwait(false);
        return state.Terms.Single(t => t.Value == terms).Key;
    }
}
