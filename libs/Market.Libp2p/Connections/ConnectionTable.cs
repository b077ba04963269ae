namespace Market.Libp2p.Connections;

/// <summary>The live connections by peer.</summary>
internal sealed class ConnectionTable(int mostPerPeer)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, List<Connection>> _byPeer = [];
    private bool _closed;

    internal Connection[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _byPeer.Values.SelectMany(c => c)];
            }
        }
    }

    /// <summary>A connection with the peer that takes new streams, the least loaded one; null if there is none.</summary>
    internal Connection? Find(PeerId peer)
    {
        lock (_gate)
        {
            return _byPeer.TryGetValue(peer, out var list)
                ? list.Where(c => c.Session.IsOpen && !c.Closing.IsCancellationRequested).MinBy(c => c.Session.StreamCount) : null;
        }
    }

    /// <summary>Enters a connection; false when the peer has its share, or the node shuts down.</summary>
    internal bool TryAdd(Connection connection)
    {
        lock (_gate)
        {
            if (!_byPeer.TryGetValue(connection.Remote, out var list))
            {
                list = [];
            }

            if (_closed || list.Count >= mostPerPeer)
            {
                return false;
            }

            list.Add(connection);
            _byPeer[connection.Remote] = list;
            return true;
        }
    }

    internal void Remove(Connection connection)
    {
        lock (_gate)
        {
            if (_byPeer.TryGetValue(connection.Remote, out var list) && list.Remove(connection) && list.Count == 0)
            {
                _byPeer.Remove(connection.Remote);
            }
        }
    }

    /// <summary>Takes no more connections and returns those there are.</summary>
    internal Connection[] Close()
    {
        lock (_gate)
        {
            _closed = true;
            return All;
        }
    }
}
