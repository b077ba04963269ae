namespace Market.Chain.State;

/// <summary>For what a stake may be drawn. The numbers are the contract's.</summary>
public enum StakeRole
{
    /// <summary>No stake.</summary>
    None,

    /// <summary>Executes jobs.</summary>
    Provider,

    /// <summary>Judges results.</summary>
    Verifier,
}
