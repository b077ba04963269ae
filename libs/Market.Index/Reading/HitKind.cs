namespace Market.Index.Reading;

/// <summary>What a search can find.</summary>
public enum HitKind
{
    /// <summary>A job.</summary>
    Job,

    /// <summary>A provider's or verifier's stake.</summary>
    Stake,

    /// <summary>An account that posted jobs.</summary>
    Requester,

    /// <summary>A bundle that jobs run.</summary>
    Bundle,

    /// <summary>A model that jobs run.</summary>
    Model,
}
