namespace Market.Ethereum.Sending;

/// <summary>What a journal knows of one intent: its newest event, and all transactions signed for it under its current nonce.</summary>
internal sealed class JournaledSend
{
    private readonly List<JournalLine> _versions;

    public JournaledSend(JournalLine first)
    {
        Last = first;
        _versions = [first];
    }

    public string Key => Last.Key;

    public Hash256 Intent => Last.Intent;

    /// <summary>The newest line.</summary>
    public JournalLine Last { get; private set; }

    public ulong Nonce => Last.Nonce;

    public bool IsOpen => Last.Event is JournalEvent.Signed;

    /// <summary>The transactions that may be in the chain, oldest first; all but at most one are not.</summary>
    public IReadOnlyList<JournalLine> Versions => [.. _versions];

    public void Add(JournalLine line)
    {
        if (line.Event is JournalEvent.Signed)
        {
            // A new nonce is only taken once the old one is used up, so what was signed under it is void.
            if (line.Nonce != Last.Nonce)
                _versions.Clear();
            _versions.Add(line);
        }
        else if (line.Event is JournalEvent.Settled)
        {
            _versions.Clear();
            _versions.Add(line);
        }

        Last = line;
    }
}
