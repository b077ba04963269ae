using System.Security.Cryptography;
using System.Threading.Channels;

namespace Market.Libp2p.Tests;

public sealed class PeerStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reset_throws_at_the_other_end_and_at_this_one()
    {
        await using var pair = await Pair.OpenAsync();
        pair.Near.Reset();
        await TestNodes.FailsAsync(() => pair.Far.Input.ReadAsync(Token).AsTask(), Libp2pReason.StreamReset);
        await TestNodes.FailsAsync(() => pair.Far.Output.WriteAsync(new byte[1], Token).AsTask(), Libp2pReason.StreamReset);
        await TestNodes.FailsAsync(() => pair.Near.Input.ReadAsync(Token).AsTask(), Libp2pReason.StreamReset);
        Assert.Single(pair.A.Peers);
    }

    [Fact]
    public async Task Leaving_without_closing_is_a_reset()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Near.DisposeAsync();
        await TestNodes.FailsAsync(() => pair.Far.Input.ReadAsync(Token).AsTask(), Libp2pReason.StreamReset);
    }

    [Fact]
    public async Task A_lost_connection_throws_from_waiting_reads_and_writes()
    {
        await using var pair = await Pair.OpenAsync();
        var reading = pair.Near.Input.ReadAsync(Token).AsTask();
        var writing = pair.Near.Output.WriteAsync(new byte[4 << 20], Token).AsTask();
        await pair.B.DisposeAsync();
        await TestNodes.FailsAsync(() => reading, Libp2pReason.ConnectionLost, Libp2pReason.StreamReset);
        await TestNodes.FailsAsync(() => writing, Libp2pReason.ConnectionLost, Libp2pReason.StreamReset);
    }

    [Fact]
    public async Task Writing_after_the_end_is_misuse()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Near.CloseWriteAsync(Token);
        await pair.Near.CloseWriteAsync(Token);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => pair.Near.Output.WriteAsync(new byte[1], Token).AsTask());
    }

    [Fact]
    public async Task Closing_one_half_leaves_the_other_open()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Near.CloseWriteAsync(Token);
        Assert.Empty(await pair.Far.ReadToEndAsync());
        var answer = RandomNumberGenerator.GetBytes(1_000_000);
        await using (pair.Far)
        {
            var reading = pair.Near.ReadToEndAsync();
            await pair.Far.Output.WriteAsync(answer, Token);
            await pair.Far.CloseWriteAsync(Token);
            Assert.Equal(answer, await reading);
        }
    }

    [Fact]
    public async Task An_answer_arrives_whole_though_its_writer_left_before_it_was_read()
    {
        await using var pair = await Pair.OpenAsync();
        var answer = RandomNumberGenerator.GetBytes(200_000);
        await pair.Far.Output.WriteAsync(answer, Token);
        await pair.Far.CloseWriteAsync(Token);
        await pair.Far.DisposeAsync();
        Assert.Equal(answer, await pair.Near.ReadToEndAsync());
    }

    [Fact]
    public async Task A_message_arrives_whole_though_its_writer_left_at_once()
    {
        await using var a = await TestNodes.ListenAsync();
        await using var b = await TestNodes.ListenAsync();
        var arrived = Channel.CreateBounded<byte[]>(1);
        b.Handle("/take/1", async (stream, token) => await arrived.Writer.WriteAsync(await stream.ReadToEndAsync(), token));
        for (var i = 0; i < 100; i++)
        {
            var sent = RandomNumberGenerator.GetBytes(1 + (i * 1000));
            await using (var stream = await a.OpenAsync(b, "/take/1"))
            {
                await stream.Output.WriteAsync(sent, Token);
                await stream.CloseWriteAsync(Token);
            }

            Assert.Equal(sent, await arrived.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token));
        }
    }

    [Fact]
    public async Task A_reader_that_does_not_read_stops_its_writer_and_no_other_stream()
    {
        await using var pair = await Pair.OpenAsync();
        var writing = pair.Near.Output.WriteAsync(new byte[1 << 20], Token).AsTask();
        await TestNodes.UntilAsync("one window has arrived", () => pair.B.ReceiveMemoryHeld > 262_000);
        Assert.False(writing.IsCompleted);
        Assert.True(await pair.A.PingAsync(pair.B.PeerId, Token) > TimeSpan.Zero);

        var rest = await pair.Far.ReadExactlyAsync(1 << 20);
        await writing.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(1 << 20, rest.Length);
    }

    [Fact]
    public async Task A_cancelled_write_stops_waiting_for_the_window()
    {
        await using var pair = await Pair.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var writing = pair.Near.Output.WriteAsync(new byte[1 << 20], cancel.Token).AsTask();
        await TestNodes.UntilAsync("one window has arrived", () => pair.B.ReceiveMemoryHeld > 262_000);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);

        var flushing = pair.Far.Output.WriteAsync(new byte[1 << 20], Token).AsTask();
        await TestNodes.UntilAsync("the other window has arrived", () => pair.A.ReceiveMemoryHeld > 262_000);
        pair.Far.Output.CancelPendingFlush();
        Assert.True((await flushing).IsCanceled);
    }

    [Fact]
    public async Task Memory_from_the_writer_is_sent_on_flush_in_order()
    {
        await using var pair = await Pair.OpenAsync();
        var sent = RandomNumberGenerator.GetBytes(700_000);
        var reading = pair.Far.ReadExactlyAsync(sent.Length);
        var position = 0;
        for (var size = 1; position < sent.Length; size = (size * 3) + 1)
        {
            var n = Math.Min(size, sent.Length - position);
            sent.AsSpan(position, n).CopyTo(pair.Near.Output.GetSpan(n));
            pair.Near.Output.Advance(n);
            Assert.True(pair.Near.Output.UnflushedBytes >= n);
            position += n;
            if (size % 2 == 0)
            {
                await pair.Near.Output.FlushAsync(Token);
            }
        }

        await pair.Near.Output.FlushAsync(Token);
        Assert.Equal(sent, await reading);
    }

    [Fact]
    public async Task Five_hundred_streams_at_once_each_carry_their_own_bytes()
    {
        await using var a = await TestNodes.ListenAsync();
        await using var b = await TestNodes.ListenAsync();
        b.Handle("/echo/1", TestNodes.EchoAsync);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
        {
            await using var stream = await a.OpenAsync(b, "/echo/1");
            var sent = new byte[10_000 + i];
            Array.Fill(sent, (byte)i);
            var reading = stream.ReadToEndAsync();
            await stream.Output.WriteAsync(sent, Token);
            await stream.CloseWriteAsync(Token);
            Assert.Equal(sent, await reading);
        }));
        await TestNodes.UntilAsync("all streams are gone", () => a.Peers.Sum(p => p.Streams) + b.Peers.Sum(p => p.Streams) == 0);
        Assert.Equal(0, a.ReceiveMemoryHeld + b.ReceiveMemoryHeld);
    }

    /// <summary>Two nodes and both ends of one stream, whose handler waits until the pair is left.</summary>
    private sealed record Pair(Node A, Node B, PeerStream Near, PeerStream Far, TaskCompletionSource Done) : IAsyncDisposable
    {
        internal static async Task<Pair> OpenAsync()
        {
            var (a, b) = (await TestNodes.ListenAsync(), await TestNodes.ListenAsync());
            var (far, done) = (new TaskCompletionSource<PeerStream>(), new TaskCompletionSource());
            b.Handle("/pair/1", async (s, t) =>
            {
                far.SetResult(s);
                await done.Task.WaitAsync(t);
            });
            var near = await a.OpenAsync(b, "/pair/1");
            return new Pair(a, b, near, await far.Task.WaitAsync(TimeSpan.FromSeconds(10), Token), done);
        }

        public async ValueTask DisposeAsync()
        {
            Done.TrySetResult();
            await Near.DisposeAsync();
            await A.DisposeAsync();
            await B.DisposeAsync();
        }
    }
}
