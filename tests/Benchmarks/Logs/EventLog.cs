using System.Numerics;
using System.Text.Json;
using Market.Ethereum;
using Market.Ethereum.Abi;
using Market.Ethereum.Rpc;

namespace Market.Benchmarks.Logs;

/// <summary>Events of the market's contract as the chain has them; those that are not taken yet wait.</summary>
internal sealed class EventLog
{
    private static readonly Address Market = AddressOf("market");

    private readonly Dictionary<string, AbiEntry> _events;
    private List<LogEntry> _waiting = [];
    private (uint Block, Hash256 Hash) _hashed;

    public EventLog()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Checkout.At("contracts/abi/Market.json")));
        var abi = ContractAbi.Parse(document.RootElement.GetProperty("abi").GetRawText());
        _events = abi.Entries.Where(e => e.Kind == "event").ToDictionary(e => e.Name);
    }

    /// <summary>How many events there were.</summary>
    public int Count { get; private set; }

    /// <summary>The block that the next event is in.</summary>
    public uint Block { get; set; } = 1;

    /// <summary>The kinds of event that there were.</summary>
    public HashSet<string> Kinds { get; } = [];

    /// <summary>The kinds of event that the contract has.</summary>
    public IEnumerable<string> AllKinds => _events.Keys;

    public static Address AddressOf(string name) => new(Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(name)).ToArray().AsSpan(12));

    /// <summary>Emits an event, its values in the order of its declaration.</summary>
    public void Emit(string name, params IReadOnlyList<object> values)
    {
        var declared = _events[name];
        var parts = declared.Inputs.Zip(values.Select(Plain)).ToList();
        var topics = parts.Where(p => p.First.Indexed).Select(p => new Hash256(AbiCodec.Encode([p.First.Type], [p.Second])));
        var rest = parts.Where(p => !p.First.Indexed).ToList();
        _hashed = _hashed.Block == Block ? _hashed : (Block, Keccak256.Hash(BitConverter.GetBytes(Block)));
        _waiting.Add(new LogEntry
        {
            Address = Market,
            Topics = [declared.Topic, .. topics],
            Data = AbiCodec.Encode([.. rest.Select(p => p.First.Type)], [.. rest.Select(p => p.Second)]),
            BlockNumber = Block,
            BlockHash = _hashed.Hash,
            TransactionHash = Keccak256.Hash(BitConverter.GetBytes((ulong)Count)),
            TransactionIndex = 0,
            LogIndex = (uint)(Count % 1000),
        });
        Count++;
        Kinds.Add(name);
    }

    /// <summary>Takes the events that wait.</summary>
    public List<LogEntry> Take()
    {
        var taken = _waiting;
        _waiting = [];
        return taken;
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
}
