namespace Market.Libp2p.Connections;

/// <summary>Where peers may be reached. Bounded in peers and in addresses per peer.</summary>
internal sealed class AddressBook(int mostPeers)
{
    internal const int MostAddresses = 32;
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    /// <summary>Adds addresses in front of those known; the oldest beyond the bound are forgotten.</summary>
    internal void Add(PeerId peer, IEnumerable<Multiaddr> addresses)
    {
        lock (_gate)
        {
            var entry = Touch(peer) ?? Insert(peer);
            foreach (var address in addresses.Take(MostAddresses).Reverse())
            {
                entry.Addresses.Remove(address);
                entry.Addresses.Insert(0, address);
            }

            entry.Addresses.RemoveRange(Math.Min(MostAddresses, entry.Addresses.Count), Math.Max(0, entry.Addresses.Count - MostAddresses));
        }
    }

    internal Multiaddr[] Get(PeerId peer)
    {
        lock (_gate)
        {
            return Touch(peer) is { } entry ? [.. entry.Addresses] : [];
        }
    }

    private Entry? Touch(PeerId peer)
    {
        if (!_entries.TryGetValue(peer, out var node))
        {
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node.Value;
    }

    private Entry Insert(PeerId peer)
    {
        if (_entries.Count == mostPeers)
        {
            _entries.Remove(_byUse.Last!.Value.Peer);
            _byUse.RemoveLast();
        }

        var entry = new Entry(peer, []);
        _entries[peer] = _byUse.AddFirst(entry);
        return entry;
    }

    private sealed record Entry(PeerId Peer, List<Multiaddr> Addresses);
}
