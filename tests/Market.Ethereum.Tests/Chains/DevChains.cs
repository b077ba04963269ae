namespace Market.Ethereum.Tests.Chains;

/// <summary>One chain of each program for the tests of a class.</summary>
public sealed class DevChains : IAsyncLifetime
{
    private readonly Dictionary<ChainProgram, DevChain> _chains = [];

    public DevChain this[ChainProgram program] => _chains[program];

    public async ValueTask InitializeAsync()
    {
        var started = await Task.WhenAll(DevChain.StartAsync(ChainProgram.Hardhat), DevChain.StartAsync(ChainProgram.Anvil));
        _chains[ChainProgram.Hardhat] = started[0];
        _chains[ChainProgram.Anvil] = started[1];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var chain in _chains.Values)
            await chain.DisposeAsync();
    }
}
