namespace Market.Ethereum.Rpc;

/// <summary>Which block a question is about: a number, or one of the names that endpoints resolve.</summary>
public readonly record struct BlockTag
{
    private readonly string? _text;

    private BlockTag(string text, ulong? number = null)
    {
        _text = text;
        Number = number;
    }

    /// <summary>The newest block; also the default value.</summary>
    public static BlockTag Latest { get; } = new("latest");

    /// <summary>The newest block and the transactions that wait for the next one.</summary>
    public static BlockTag Pending { get; } = new("pending");

    /// <summary>The newest block that the beacon chain justified.</summary>
    public static BlockTag Safe { get; } = new("safe");

    /// <summary>The newest block that the beacon chain finalized.</summary>
    public static BlockTag Finalized { get; } = new("finalized");

    /// <summary>The block of that number.</summary>
    public static BlockTag At(ulong number) => new(Quantity.Write(number), number);

    /// <summary>The number, or null for a name.</summary>
    internal ulong? Number { get; }

    /// <summary>The block of that number.</summary>
    public static implicit operator BlockTag(ulong number) => At(number);

    /// <summary>The tag as JSON-RPC writes it.</summary>
    public override string ToString() => _text ?? "latest";
}
