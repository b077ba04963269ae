using System.Numerics;
using Market.Ethereum.Keys;
using Market.Ethereum.Rlp;

namespace Market.Ethereum.Transactions;

/// <summary>What a transaction says before it is signed: type 2 (EIP-1559), or type 1 (EIP-2930) where <see cref="MaxPriorityFeePerGas"/> is null.</summary>
public sealed record Transaction
{
    private const int LargestSize = 1 << 20;

    /// <summary>The chain that it is for (EIP-155).</summary>
    public required ulong ChainId { get; init; }

    /// <summary>How many transactions the sender sent before.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>The tip per gas in wei, or null for a transaction of type 1.</summary>
    public BigInteger? MaxPriorityFeePerGas { get; init; }

    /// <summary>The most that is paid per gas in wei; type 1's gas price.</summary>
    public required BigInteger MaxFeePerGas { get; init; }

    /// <summary>The most gas that it may use.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Whom it calls, or null to create a contract.</summary>
    public Address? To { get; init; }

    /// <summary>What it sends, in wei.</summary>
    public BigInteger Value { get; init; }

    /// <summary>The call's data, or the contract's creation code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Accounts and slots named in advance.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    private byte Type => MaxPriorityFeePerGas is null ? (byte)1 : (byte)2;

    /// <summary>The hash that is signed.</summary>
    public Hash256 SigningHash() => Keccak256.Hash(Encode(null));

    /// <summary>Signs it.</summary>
    /// <param name="key">The sender's key.</param>
    public SignedTransaction Sign(PrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Signature signature = key.Sign(SigningHash());
        byte[] raw = Encode(signature);
        return new SignedTransaction(this, signature, key.Address, Keccak256.Hash(raw), raw);
    }

    /// <summary>Reads a signed transaction of type 1 or 2 and recovers its sender.</summary>
    /// <param name="raw">The envelope of EIP-2718.</param>
    /// <exception cref="EthereumException">Not such a transaction, or a signature that no key gives.</exception>
    public static SignedTransaction Decode(ReadOnlySpan<byte> raw)
    {
        if (raw.Length is 0 or > LargestSize || raw[0] is not (1 or 2))
        {
            throw new EthereumException($"A transaction of {raw.Length} bytes and type {(raw.IsEmpty ? "none" : raw[0])}; expected type 1 or 2 and at most {LargestSize} bytes.");
        }

        var outer = new RlpReader(raw[1..]);
        RlpReader fields = outer.ReadList();
        outer.End();
        var transaction = new Transaction
        {
            ChainId = (ulong)fields.ReadNumber(8),
            Nonce = (ulong)fields.ReadNumber(8),
            MaxPriorityFeePerGas = raw[0] == 2 ? fields.ReadNumber() : null,
            MaxFeePerGas = fields.ReadNumber(),
            GasLimit = (ulong)fields.ReadNumber(8),
            To = fields.ReadBytes() is { IsEmpty: false } to ? new Address(to) : null,
            Value = fields.ReadNumber(),
            Data = fields.ReadBytes().ToArray(),
            AccessList = ReadAccessList(fields.ReadList()),
        };
        BigInteger parity = fields.ReadNumber(1);
        var signature = new Signature(ReadWord(fields.ReadNumber()), ReadWord(fields.ReadNumber()), (byte)parity);
        fields.End();
        PublicKey sender = signature.Recover(transaction.SigningHash()) ?? throw new EthereumException("The transaction's signature is one that no key gives.");
        return new SignedTransaction(transaction, signature, sender.Address, Keccak256.Hash(raw), raw.ToArray());
    }

    private static List<AccessListEntry> ReadAccessList(RlpReader list)
    {
        List<AccessListEntry> entries = [];
        while (!list.AtEnd)
        {
            RlpReader entry = list.ReadList();
            var address = new Address(entry.ReadBytes());
            RlpReader keys = entry.ReadList();
            entry.End();
            List<Hash256> slots = [];
            while (!keys.AtEnd)
            {
                slots.Add(new Hash256(keys.ReadBytes()));
            }

            entries.Add(new AccessListEntry(address, slots));
        }

        return entries;
    }

    private static Hash256 ReadWord(BigInteger number)
    {
        byte[] digits = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Hash256([.. new byte[32 - digits.Length], .. digits]);
    }

    private byte[] Encode(Signature? signature) => [Type, .. new RlpWriter().WriteList(list =>
    {
        list.Write(ChainId).Write(Nonce);
        if (MaxPriorityFeePerGas is { } tip)
        {
            list.Write(tip);
        }

        list.Write(MaxFeePerGas).Write(GasLimit).Write(To).Write(Value).Write(Data.Span).WriteList(WriteAccessList);
        if (signature is { } signed)
        {
            list.Write(signed.YParity).Write(Number(signed.R)).Write(Number(signed.S));
        }
    }).ToArray()];

    private static BigInteger Number(Hash256 word) => new(word.ToArray(), isUnsigned: true, isBigEndian: true);

    private void WriteAccessList(RlpWriter list)
    {
        foreach (AccessListEntry entry in AccessList)
        {
            list.WriteList(e => e.Write(entry.Address).WriteList(keys =>
            {
                foreach (Hash256 key in entry.StorageKeys)
                {
                    keys.Write(key.ToArray());
                }
            }));
        }
    }
}
