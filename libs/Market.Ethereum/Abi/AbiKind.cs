namespace Market.Ethereum.Abi;

/// <summary>The kinds of types that the ABI specification has.</summary>
public enum AbiKind
{
    /// <summary><c>uintN</c>.</summary>
    UInt,

    /// <summary><c>intN</c>.</summary>
    Int,

    /// <summary><c>bool</c>.</summary>
    Bool,

    /// <summary><c>address</c>.</summary>
    Address,

    /// <summary><c>bytesN</c>.</summary>
    FixedBytes,

    /// <summary><c>bytes</c>.</summary>
    Bytes,

    /// <summary><c>string</c>.</summary>
    String,

    /// <summary><c>T[]</c>.</summary>
    Array,

    /// <summary><c>T[n]</c>.</summary>
    FixedArray,

    /// <summary><c>(T1,T2,…)</c>.</summary>
    Tuple,
}
