using System.Text.Json;
using System.Text.Json.Serialization;

namespace Market.Ethereum.Sending;

/// <summary>A file that knows every transaction before it is broadcast, so that a restart neither forgets one nor sends one twice.</summary>
/// <remarks>
/// One JSON object a line: first the chain and the sender, then what was signed, released and settled. A line is on disk before its
/// transaction leaves, and a last line that a crash cut short is dropped: what it would have told was never broadcast.
/// Opening takes an exclusive lock and writes the file anew without what is settled, except for the keys of the newest
/// <see cref="SettledKept"/> settled intents: only those are protected from being sent again.
/// </remarks>
public sealed class SendJournal : IDisposable
{
    /// <summary>How many settled intents stay known over a restart.</summary>
    public const int SettledKept = 100_000;

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JournaledSend> _sends;
    private readonly FileStream _exclusive;
    private readonly FileStream _file;

    private SendJournal(Dictionary<string, JournaledSend> sends, FileStream exclusive, FileStream file, Owner owner)
    {
        _sends = sends;
        _exclusive = exclusive;
        _file = file;
        ChainId = owner.ChainId;
        Sender = owner.Sender;
    }

    private sealed record Owner(ulong ChainId, Address Sender);

    /// <summary>The chain that the transactions are for.</summary>
    public ulong ChainId { get; }

    /// <summary>The account that signs them.</summary>
    public Address Sender { get; }

    /// <summary>Opens or creates the journal of one account on one chain.</summary>
    /// <exception cref="EthereumException">It is open elsewhere, is of another account or chain, or is damaged before its last line.</exception>
    public static SendJournal Open(string path, ulong chainId, Address sender)
    {
        var owner = new Owner(chainId, sender);
        var exclusive = Lock(path);
        try
        {
            var sends = File.Exists(path) ? Read(path, owner) : [];
            Rewrite(path, owner, sends);
            return new SendJournal(sends, exclusive, new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0), owner);
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _exclusive.Dispose();
    }

    internal JournaledSend? Find(string key)
    {
        lock (_lock)
            return _sends.GetValueOrDefault(key);
    }

    /// <summary>The intents that are signed and not settled, by nonce.</summary>
    internal IReadOnlyList<JournaledSend> Open()
    {
        lock (_lock)
            return [.. _sends.Values.Where(send => send.IsOpen).OrderBy(send => send.Nonce)];
    }

    /// <summary>Returns once the line is on disk.</summary>
    /// <exception cref="EthereumException">It cannot be written, as on a full disk; the journal is as before.</exception>
    internal JournaledSend Append(JournalLine line)
    {
        lock (_lock)
        {
            var end = _file.Position;
            try
            {
                Write(_file, line);
                _file.Flush(flushToDisk: true);
            }
            catch (IOException e)
            {
                // A piece of a line would spoil the line that comes after it.
                _file.SetLength(end);
                throw new EthereumException($"Journal '{_file.Name}' cannot be written: {e.Message} Nothing is sent that is not in it.", e);
            }

            return Fold(_sends, line);
        }
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new EthereumException($"Journal '{path}' is open in another process; one account needs one sender.", e);
        }
    }

    private static Dictionary<string, JournaledSend> Read(string path, Owner owner)
    {
        var sends = new Dictionary<string, JournaledSend>();
        var text = File.ReadAllBytes(path).AsSpan();
        for (var number = 1; text.IndexOf((byte)'\n') is var end and >= 0; number++, text = text[(end + 1)..])
        {
            try
            {
                if (number == 1)
                    Require(path, owner, JsonSerializer.Deserialize<Owner>(text[..end], Json));
                else
                    Fold(sends, JsonSerializer.Deserialize<JournalLine>(text[..end], Json) ?? throw new JsonException("The line is null."));
            }
            catch (JsonException e)
            {
                throw new EthereumException($"Journal '{path}' is damaged in line {number}: {e.Message}", e);
            }
        }

        return sends;
    }

    private static void Require(string path, Owner expected, Owner? found)
    {
        if (found != expected)
            throw new EthereumException($"Journal '{path}' is of {found?.Sender} on chain {found?.ChainId}, expected {expected.Sender} on chain {expected.ChainId}.");
    }

    private static JournaledSend Fold(Dictionary<string, JournaledSend> sends, JournalLine line)
    {
        if (sends.TryGetValue(line.Key, out var send))
            send.Add(line);
        else
            sends[line.Key] = send = new JournaledSend(line);
        return send;
    }

    private static void Rewrite(string path, Owner owner, Dictionary<string, JournaledSend> sends)
    {
        var settled = sends.Values.Where(send => send.Last.Event is JournalEvent.Settled).Select(send => send.Key).ToArray();
        foreach (var key in settled.SkipLast(SettledKept))
            sends.Remove(key);
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            Write(file, owner);
            foreach (var line in sends.Values.SelectMany(Kept))
                Write(file, line);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    private static IEnumerable<JournalLine> Kept(JournaledSend send) => send.Last.Event switch
    {
        JournalEvent.Signed => send.Versions,
        JournalEvent.Released => [.. send.Versions, send.Last],
        _ => [send.Last],
    };

    private static void Write<T>(FileStream file, T line) => file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, Json), (byte)'\n']);
}
