using System.Text;

namespace Market.Ethereum.Abi;

/// <summary>One entry of a contract's ABI.</summary>
/// <param name="Kind">function, event, error, constructor, receive or fallback.</param>
/// <param name="Name">Its name; empty for a constructor.</param>
/// <param name="Inputs">Arguments, or an event's values.</param>
/// <param name="Outputs">A function's results.</param>
/// <param name="Anonymous">Whether an event carries no topic of its own.</param>
public sealed record AbiEntry(string Kind, string Name, IReadOnlyList<AbiParameter> Inputs, IReadOnlyList<AbiParameter> Outputs, bool Anonymous = false)
{
    private readonly Hash256 _hash = Keccak256.Hash(Encoding.ASCII.GetBytes(SignatureOf(Name, Inputs)));

    /// <summary>Name and argument types, from which <see cref="Topic"/> and <see cref="Selector"/> are hashed.</summary>
    public string Signature => SignatureOf(Name, Inputs);

    /// <summary>An event's first topic.</summary>
    public Hash256 Topic => _hash;

    /// <summary>The four bytes that a call or a revert begins with.</summary>
    public ReadOnlySpan<byte> Selector => _hash.ToArray().AsSpan(0, 4);

    /// <summary>The data of a call.</summary>
    /// <param name="arguments">Its arguments, as <see cref="AbiCodec"/> takes them.</param>
    /// <exception cref="EthereumException">A value that its type cannot hold.</exception>
    public byte[] EncodeCall(params IReadOnlyList<object> arguments) => [.. Selector, .. AbiCodec.Encode([.. Inputs.Select(i => i.Type)], arguments)];

    /// <summary>The values of an event in the order of its declaration; an indexed value of dynamic type is known by its hash alone, as a <see cref="Hash256"/>.</summary>
    /// <param name="topics">The log's topics.</param>
    /// <param name="data">The log's data.</param>
    /// <exception cref="EthereumException">They are not such an event.</exception>
    public IReadOnlyList<object> DecodeLog(IReadOnlyList<Hash256> topics, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(topics);
        int first = Anonymous ? 0 : 1;
        if (topics.Count != first + Inputs.Count(i => i.Indexed) || (!Anonymous && topics[0] != Topic))
        {
            throw new EthereumException($"A log of {topics.Count} topics is not the event {Signature}.");
        }

        var rest = new Queue<object>(AbiCodec.Decode([.. Inputs.Where(i => !i.Indexed).Select(i => i.Type)], data));
        var indexed = new Queue<Hash256>(topics.Skip(first));
        return [.. Inputs.Select(i => i.Indexed ? Topicked(i.Type, indexed.Dequeue()) : rest.Dequeue())];
    }

    private static string SignatureOf(string name, IEnumerable<AbiParameter> inputs) => $"{name}({string.Join(',', inputs.Select(i => i.Type))})";

    private static object Topicked(AbiType type, Hash256 topic) =>
        type.IsDynamic || type.Kind is AbiKind.FixedArray or AbiKind.Tuple ? topic : AbiCodec.Decode([type], topic.ToArray())[0];
}
