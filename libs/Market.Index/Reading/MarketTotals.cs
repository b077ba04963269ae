namespace Market.Index.Reading;

/// <summary>The market's numbers since its beginning. Amounts are in units.</summary>
/// <param name="Jobs">Jobs posted.</param>
/// <param name="Judged">Verdicts given.</param>
/// <param name="Tasks">Tasks of the jobs judged.</param>
/// <param name="Volume">What providers were paid.</param>
/// <param name="Providers">Providers with a stake.</param>
/// <param name="Verifiers">Verifiers with a stake.</param>
/// <param name="ProviderStake">What providers have bonded.</param>
/// <param name="VerifierStake">What verifiers have bonded.</param>
public sealed record MarketTotals(long Jobs, long Judged, long Tasks, long Volume, int Providers, int Verifiers, long ProviderStake, long VerifierStake);
