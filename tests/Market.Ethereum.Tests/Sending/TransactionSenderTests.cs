using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Market.Ethereum.Rpc;
using Market.Ethereum.Sending;
using Market.Ethereum.Tests.Chains;
using Market.Ethereum.Tests.Rpc;
using Market.Ethereum.Transactions;

namespace Market.Ethereum.Tests.Sending;

public sealed class TransactionSenderTests(DevChains chains) : IClassFixture<DevChains>
{
    private static readonly SenderOptions Replacing = SenderUnderTest.Quick with { ReplaceAfter = TimeSpan.FromSeconds(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<ChainProgram> Programs => [ChainProgram.Hardhat, ChainProgram.Anvil];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Sends_nothing_that_would_revert_and_gives_the_bytes_of_the_revert(ChainProgram program)
    {
        var emitter = await chains[program].DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chains[program]);
        var e = await Assert.ThrowsAsync<TransactionRevertedException>(() => test.SendAsync("a", emitter, Emitter.Revert(7)));
        Assert.Null(e.Receipt);
        Assert.Equal(Emitter.Revert(7)[32..], e.RevertData.ToArray());
        Assert.Equal(0u, await test.CountAsync(BlockTag.Pending));
        Assert.Empty(test.JournalLines());
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Gives_the_receipt_and_the_bytes_of_a_revert_in_a_block(ChainProgram program)
    {
        var emitter = await chains[program].DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chains[program]);
        var e = await Assert.ThrowsAsync<TransactionRevertedException>(() => test.SendAsync("a", emitter, Emitter.Revert(7), gas: 100_000));
        Assert.False(e.Receipt!.Succeeded);
        Assert.Equal(Emitter.Revert(7)[32..], e.RevertData.ToArray());
        Assert.Equal(1u, await test.CountAsync());
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Gives_the_bytes_of_the_revert_when_another_was_first_in_the_same_block(ChainProgram program)
    {
        // Takes one call and reverts each further one with its call data: SLOAD(0) → 0A, else SSTORE(0, 1) STOP; 0A: REVERT(call data).
        var single = await chains[program].DeployAsync(Convert.FromHexString("60128060095F395FF3" + "5F54600A57" + "60015F5500" + "5B365F5F37365FFD"));
        await using SenderUnderTest one = await SenderUnderTest.StartAsync(chains[program]), other = await SenderUnderTest.StartAsync(chains[program]);
        await using var manual = await ManualMining.StartAsync(chains[program]);
        Task<TransactionReceipt>[] both = [one.SendAsync("a", single, [1]), other.SendAsync("a", single, [2])];
        await one.PooledAsync(1);
        await other.PooledAsync(1);
        await chains[program].MineAsync();
        await Task.WhenAll(both).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
        var late = Assert.Single(both, t => t.IsFaulted);
        var e = Assert.IsType<TransactionRevertedException>(late.Exception!.InnerException);
        Assert.False(e.Receipt!.Succeeded);
        Assert.Equal([(byte)(Array.IndexOf(both, late) + 1)], e.RevertData.ToArray());
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Says_that_there_is_too_little_money_and_uses_the_nonce_later(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chain, wei: 1);
        var e = await Assert.ThrowsAsync<RpcException>(() => test.SendAsync("a", emitter, Emitter.Emit(1, 1), gas: 100_000));
        Assert.Contains("fund", e.Message, StringComparison.OrdinalIgnoreCase);
        await chain.SetBalanceAsync(test.Key.Address, BigInteger.Pow(10, 20));
        Assert.True((await test.SendAsync("a", emitter, Emitter.Emit(1, 1))).Succeeded);
        Assert.Equal(1u, await test.CountAsync());
    }

    [Fact]
    public async Task Refuses_a_key_that_named_another_intent_and_more_gas_than_allowed()
    {
        var chain = chains[ChainProgram.Anvil];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chain);
        await test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        var other = await Assert.ThrowsAsync<EthereumException>(() => test.SendAsync("a", emitter, Emitter.Emit(1, 2)));
        Assert.Contains("Key 'a' was used for another", other.Message, StringComparison.Ordinal);
        var gas = await Assert.ThrowsAsync<EthereumException>(() => test.SendAsync("b", emitter, Emitter.Emit(1, 2), gas: 1 << 30));
        Assert.Contains("expected at most 16777216", gas.Message, StringComparison.Ordinal);
        Assert.Equal(1u, await test.CountAsync(BlockTag.Pending));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Gives_consecutive_nonces_to_fifty_concurrent_callers(ChainProgram program)
    {
        var emitter = await chains[program].DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chains[program]);
        var sends = Enumerable.Range(1, 50).Select(i => test.SendAsync($"emit:{i}", emitter, Emitter.Emit(1, (byte)i))).ToArray();
        var receipts = await Task.WhenAll(sends).WaitAsync(TimeSpan.FromSeconds(60), Token);
        Assert.Equal(50u, await test.CountAsync());
        Assert.Equal(Enumerable.Range(1, 50), receipts.Select(receipt => (int)receipt.Logs[0].Data.Span[31]));
        Assert.Equal(50, receipts.Select(receipt => receipt.TransactionHash).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Sends_once_however_often_one_key_is_sent(ChainProgram program)
    {
        var emitter = await chains[program].DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chains[program]);
        var receipts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => test.SendAsync("a", emitter, Emitter.Emit(1, 1))));
        await test.RestartAsync();
        var later = await test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        Assert.All(receipts, receipt => Assert.Equal(later.TransactionHash, receipt.TransactionHash));
        Assert.Equal(1u, await test.CountAsync(BlockTag.Pending));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Replaces_a_stuck_transaction_and_lets_those_behind_it_through(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chain, Replacing);
        await using var manual = await ManualMining.StartAsync(chain);
        var first = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await test.PooledAsync(1);
        var second = test.SendAsync("b", emitter, Emitter.Emit(1, 2));
        await test.PooledAsync(2);
        var stuck = JsonSerializer.Deserialize<JournalLine>(test.JournalLines()[0])!;

        // The base fee rises above what was offered, so that the block leaves both out.
        var baseFee = (ulong)(2 * Transaction.Decode(stuck.Raw).Transaction.MaxFeePerGas);
        await chain.RequestAsync("hardhat_setNextBlockBaseFeePerGas", "0x" + baseFee.ToString("x", CultureInfo.InvariantCulture));
        await chain.MineAsync();
        Assert.Equal(0u, await test.CountAsync());
        await SenderUnderTest.UntilAsync(() => Task.FromResult(test.JournalLines().Count > 2), "a replacement in the journal");
        await SenderUnderTest.UntilAsync(
            async () =>
            {
                await chain.MineAsync();
                return first.IsCompleted && second.IsCompleted;
            },
            "both transactions in the chain");
        Assert.NotEqual(stuck.Hash, (await first).TransactionHash);
        Assert.True((await second).Succeeded);
        Assert.Equal(2u, await test.CountAsync());
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Stops_replacing_after_the_bound_and_keeps_the_nonce(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        var tried = 0;
        await using var test = await SenderUnderTest.StartAsync(chain, Replacing with
        {
            ReplaceAfter = TimeSpan.FromMilliseconds(20),
            MaxReplacements = 2,
            OnTrouble = _ => Interlocked.Increment(ref tried),
        });
        await using var manual = await ManualMining.StartAsync(chain);
        var send = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await SenderUnderTest.UntilAsync(() => Task.FromResult(Volatile.Read(ref tried) >= 3), "the last version being broadcast again");
        Assert.Equal(3, test.JournalLines().Count);
        await chain.MineAsync();
        Assert.True((await send).Succeeded);
        Assert.Equal(1u, await test.CountAsync());
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Goes_on_after_a_crash_between_broadcast_and_receipt(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chain);
        await using var manual = await ManualMining.StartAsync(chain);
        var lost = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await test.PooledAsync(1);
        await test.RestartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);

        var again = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await chain.MineAsync();
        var receipt = await again;
        Assert.Contains(receipt.TransactionHash.ToString(), test.JournalLines()[0], StringComparison.Ordinal);
        Assert.Equal(1u, await test.CountAsync(BlockTag.Pending));
    }

    [Theory]
    [InlineData(ChainProgram.Hardhat, true)]
    [InlineData(ChainProgram.Hardhat, false)]
    [InlineData(ChainProgram.Anvil, true)]
    [InlineData(ChainProgram.Anvil, false)]
    public async Task Goes_on_after_a_crash_around_a_broadcast_whose_fate_it_does_not_know(ChainProgram program, bool beforeTheChain)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await using var cutting = TamperingProxy.StartCutting(chain.Http, beforeTheChain);
        await using var test = await SenderUnderTest.StartAsync(chain, endpoint: cutting.Uri);
        await using var manual = await ManualMining.StartAsync(chain);
        var lost = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await SenderUnderTest.UntilAsync(() => Task.FromResult(test.JournalLines().Count == 1), "the journal's line");
        if (!beforeTheChain)
            await test.PooledAsync(1);
        await test.RestartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        Assert.Equal(beforeTheChain ? 0u : 1u, await test.CountAsync(BlockTag.Pending));

        await test.Sender.ResumeAsync(Token);
        Assert.Equal(1u, await test.CountAsync(BlockTag.Pending));
        var again = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await chain.MineAsync();
        Assert.True((await again).Succeeded);
        Assert.Equal(1u, await test.CountAsync(BlockTag.Pending));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Fails_when_another_program_took_the_nonce_and_takes_the_next_one_when_asked_again(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chain);
        await using var manual = await ManualMining.StartAsync(chain);
        var send = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await test.PooledAsync(1);
        var rival = new Transaction
        {
            ChainId = DevChain.ChainId,
            Nonce = 0,
            MaxFeePerGas = 400_000_000_000,
            MaxPriorityFeePerGas = 100_000_000_000,
            GasLimit = 21_000,
            To = DevChain.Funded,
        };
        await chain.Client.SendRawTransactionAsync(rival.Sign(test.Key).Raw, Token);
        await chain.MineAsync();
        var e = await Assert.ThrowsAsync<EthereumException>(() => send);
        Assert.Contains("Nonce 0", e.Message, StringComparison.Ordinal);

        var again = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await test.PooledAsync(2);
        await chain.MineAsync();
        Assert.True((await again).Succeeded);
        Assert.Equal(2u, await test.CountAsync());
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Waits_for_the_confirmations(ChainProgram program)
    {
        var chain = chains[program];
        var emitter = await chain.DeployAsync(Emitter.InitCode);
        await using var test = await SenderUnderTest.StartAsync(chain, SenderUnderTest.Quick with { Confirmations = 3 });
        var send = test.SendAsync("a", emitter, Emitter.Emit(1, 1));
        await SenderUnderTest.UntilAsync(async () => await test.CountAsync() == 1, "the transaction in a block");
        await chain.MineAsync();
        var early = await Task.WhenAny(send, Task.Delay(TimeSpan.FromMilliseconds(150), Token));
        Assert.NotSame(send, early);
        await chain.MineAsync();
        Assert.True((await send).Succeeded);
    }

    /// <summary>No block is made by itself until this is disposed.</summary>
    private sealed class ManualMining(DevChain chain) : IAsyncDisposable
    {
        public static async Task<ManualMining> StartAsync(DevChain chain)
        {
            await chain.SetAutomineAsync(false);
            return new ManualMining(chain);
        }

        public async ValueTask DisposeAsync()
        {
            await chain.SetAutomineAsync(true);
            await chain.MineAsync();
        }
    }
}
