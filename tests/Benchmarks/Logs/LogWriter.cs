using System.Numerics;
using System.Text.Json;
using Market.Ethereum;
using Market.Ethereum.Abi;

namespace Market.Benchmarks.Logs;

/// <summary>Writes events of the market's contract as an endpoint answers <c>eth_getLogs</c>: a line of JSON for each thousand.</summary>
internal sealed class LogWriter : IDisposable
{
    private const int LogsInAnswer = 1000;
    private static readonly Address Market = AddressOf("market");

    private readonly Dictionary<string, AbiEntry> _events;
    private readonly StreamWriter _file;
    private readonly List<object> _answer = [];

    public LogWriter(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Checkout.At("contracts/abi/Market.json")));
        var abi = ContractAbi.Parse(document.RootElement.GetProperty("abi").GetRawText());
        _events = abi.Entries.Where(e => e.Kind == "event").ToDictionary(e => e.Name);
        _file = new StreamWriter(path);
    }

    /// <summary>How many events are written.</summary>
    public int Count { get; private set; }

    /// <summary>The block that the next event is in.</summary>
    public uint Block { get; set; } = 1;

    /// <summary>The kinds of event that are written.</summary>
    public HashSet<string> Kinds { get; } = [];

    /// <summary>The kinds of event that the contract has.</summary>
    public IEnumerable<string> AllKinds => _events.Keys;

    public static Address AddressOf(string name) => new(Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(name)).ToArray().AsSpan(12));

    /// <summary>Emits an event, its values in the order of its declaration.</summary>
    public void Emit(string name, params IReadOnlyList<object> values)
    {
        var declared = _events[name];
        var parts = declared.Inputs.Zip(values.Select(Plain)).ToList();
        var topics = parts.Where(p => p.First.Indexed).Select(p => Hex.Encode(AbiCodec.Encode([p.First.Type], [p.Second])));
        var rest = parts.Where(p => !p.First.Indexed).ToList();
        _answer.Add(new
        {
            address = Market.ToString(),
            topics = topics.Prepend(declared.Topic.ToString()).ToArray(),
            data = Hex.Encode(AbiCodec.Encode([.. rest.Select(p => p.First.Type)], [.. rest.Select(p => p.Second)])),
            blockNumber = $"0x{Block:x}",
            blockHash = Keccak256.Hash(BitConverter.GetBytes(Block)).ToString(),
            transactionHash = Keccak256.Hash(BitConverter.GetBytes((ulong)Count)).ToString(),
            transactionIndex = "0x0",
            logIndex = $"0x{Count % LogsInAnswer:x}",
            removed = false,
        });
        Count++;
        Kinds.Add(name);
        if (_answer.Count == LogsInAnswer)
        {
            Flush();
        }
    }

    public void Dispose()
    {
        Flush();
        _file.Dispose();
    }

    private static object Plain(object value) => value switch
    {
        int number => (BigInteger)number,
        uint number => (BigInteger)number,
        ulong number => (BigInteger)number,
        Hash256 hash => hash.ToArray(),
        object[] members => members.Select(Plain).ToList(),
        _ => value,
    };

    private void Flush()
    {
        if (_answer.Count > 0)
        {
            _file.WriteLine(JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 1, result = _answer }));
            _answer.Clear();
        }
    }
}
