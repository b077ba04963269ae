using System.Net;
using System.Net.Sockets;

namespace Market.Libp2p.Connections;

/// <summary>Counts inbound handshakes and connections, in all and per address, and refuses what exceeds the limits.</summary>
internal sealed class AdmissionControl(ResourceLimits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Count> _byAddress = [];
    private int _handshakes;
    private int _connections;
    private int _inbound;

    /// <summary>Whom strangers connect with does not decide whether this node can dial: a quarter is kept for that.</summary>
    private int MostInbound => limits.Connections - (limits.Connections / 4);

    /// <summary>Connections held or under way, both directions.</summary>
    internal int Connections
    {
        get
        {
            lock (_gate)
            {
                return _connections;
            }
        }
    }

    /// <summary>Takes a place for an inbound connection and its handshake, or says no.</summary>
    internal bool TryEnter(IPAddress address)
    {
        lock (_gate)
        {
            var key = Key(address);
            _byAddress.TryGetValue(key, out var count);
            if (_handshakes >= limits.Handshakes || _connections >= limits.Connections || _inbound >= MostInbound
                || count.Handshakes >= limits.HandshakesPerAddress || count.Connections >= limits.ConnectionsPerAddress)
            {
                return false;
            }

            _handshakes++;
            _inbound++;
            _connections++;
            _byAddress[key] = new Count(count.Handshakes + 1, count.Connections + 1);
            return true;
        }
    }

    /// <summary>Gives back the handshake's place.</summary>
    internal void LeaveHandshake(IPAddress address)
    {
        lock (_gate)
        {
            _handshakes--;
            Change(address, -1, 0);
        }
    }

    /// <summary>Gives back an inbound connection's place.</summary>
    internal void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _inbound--;
            _connections--;
            Change(address, 0, -1);
        }
    }

    /// <summary>Takes a place for an outbound connection, or says no.</summary>
    internal bool TryEnterOutbound()
    {
        lock (_gate)
        {
            var free = _connections < limits.Connections;
            _connections += free ? 1 : 0;
            return free;
        }
    }

    /// <summary>Gives back an outbound connection's place.</summary>
    internal void LeaveOutbound()
    {
        lock (_gate)
        {
            _connections--;
        }
    }

    // Whoever has one IPv6 address has its /64.
    private static IPAddress Key(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private void Change(IPAddress address, int handshakes, int connections)
    {
        var key = Key(address);
        var count = _byAddress[key];
        count = new Count(count.Handshakes + handshakes, count.Connections + connections);
        if (count == default)
        {
            _byAddress.Remove(key);
        }
        else
        {
            _byAddress[key] = count;
        }
    }

    private readonly record struct Count(int Handshakes, int Connections);
}
