namespace Market.Protocol.Jobs;

/// <summary>What a verdict says of one replica.</summary>
public enum Outcome
{
    /// <summary>No verdict yet.</summary>
    None,

    /// <summary>Paid.</summary>
    Accept,

    /// <summary>Not paid, not punished: it may be honest, but nothing shows it.</summary>
    Refuse,

    /// <summary>Fraud: no honest run in its class gives this. Not paid, backing lost.</summary>
    Reject,
}
